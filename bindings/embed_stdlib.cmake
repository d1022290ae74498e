# Writes OUT, the table declared in bindings/stdlib_embedded.h.
#   cmake -DROOT=<stdlib> -DLIST=<file with the modules' paths> -DOUT=<file> -P embed_stdlib.cmake
file(READ ${LIST} modules)
list(SORT modules)

set(arrays "")
set(rows "")
set(n 0)
foreach(module IN LISTS modules)
  file(RELATIVE_PATH name ${ROOT} ${module})
  string(REGEX REPLACE "\\.lua$" "" name ${name})
  string(REPLACE "/" "." name ${name})
  file(SIZE ${module} size)
  file(READ ${module} hex HEX)
  # Character literals, because a byte above 127 as a number would narrow.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "const char module_${n}[] = {${bytes}'\\0'};\n")
  string(APPEND rows "    {\"${name}\", module_${n}, ${size}},\n")
  math(EXPR n "${n} + 1")
endforeach()

file(WRITE ${OUT} "// Written by bindings/embed_stdlib.cmake.
#include \"bindings/stdlib_embedded.h\"

namespace {
${arrays}}  // namespace

extern \"C\" const lagoon_stdlib_module lagoon_stdlib[] = {
${rows}    {nullptr, nullptr, 0},
};
")
