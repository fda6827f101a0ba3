"""The command line: translates words into calls on the wired application; decides nothing."""
