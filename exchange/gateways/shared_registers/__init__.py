"""数据共享核验: does a register confirm that this paper of this subject exists."""
