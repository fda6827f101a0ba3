"""Says where one lead stands by published weights; ceiling L2, proposes one fact or abstains."""
