"""Reports: what a tenant hands to its committees and to the Bezirksregierung, as JSON, PDF and XLSX.

One report type is one package under ``types``: a frozen document (the truth, written as JSON), the checks it must
pass, and how it is drawn. This half is pure: no database, no Flask; the same document always gives the same bytes.
"""
