"""KIMHub: the platform for the Kommunales Integrationsmanagement (KIM) in NRW, § 9 TIntG."""

__version__ = "0.1.0"
