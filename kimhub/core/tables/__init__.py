"""Tables that people upload: taken as documents, read to their end by a job, never by a request.

``uploads`` says what is taken, ``reading`` turns a kept file into rows outside of any transaction, within the limits of
``parts``. What the rows mean is the feature's business.
"""
