#include constants.glsl
float noise() {
  return HALF;
}
