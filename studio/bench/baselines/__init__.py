"""What the program is compared with: training as a tutorial would write it."""
