"""How reports are drawn: PDF by Typst, workbooks by XlsxWriter, charts by Vega-Lite; the same bytes everywhere."""
