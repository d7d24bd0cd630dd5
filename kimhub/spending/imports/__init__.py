"""Files of finance software become bookings: reading, checking, booking all or nothing, and the template for it.

``kimhub.core.tables`` reads a file row by row, ``headings`` finds out what its columns mean, ``reading`` turns a row
into a booking or into findings, ``checking`` holds the rows against each other and against the books.
"""
