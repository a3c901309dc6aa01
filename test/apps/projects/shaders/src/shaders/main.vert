#include parts/noise;
void main() {
  gl_Position = vec4(noise());
}
