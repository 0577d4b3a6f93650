"""What phrases and words prove: learnt from judged papers, measured on them, and put to use."""
