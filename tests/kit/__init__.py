"""What the tests share: facts to begin from, given/when/then, random histories, and the program as a process."""
