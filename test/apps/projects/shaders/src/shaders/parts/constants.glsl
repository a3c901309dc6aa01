#define HALF 0.5
