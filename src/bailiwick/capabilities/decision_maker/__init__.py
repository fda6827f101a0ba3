"""Ranks the colleagues at one company by authority; ceiling L2, proposes one fact or abstains."""
