"""What every feature stands on: settings, errors, money, time, audit, jobs, mail, documents, web frame."""
