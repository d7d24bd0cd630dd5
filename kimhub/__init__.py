"""KIMHub: the platform for the Kommunales Integrationsmanagement (KIM) in NRW, § 9 TIntG."""
