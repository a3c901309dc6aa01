#include "/parts/constants"
#include <common>
void main() {
  gl_FragColor = vec4(HALF);
}
