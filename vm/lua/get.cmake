# Finds the source of Lua, makes sure it is the very one we pin, and patches a private copy.
#
# Looked at in order:
#   LAGOON_LUA_SOURCE  a tarball, a folder that holds one, or an unpacked tree (asked for: no other is tried)
#   LAGOON_CACHE       where an earlier build left the tarball
#   Debian's source package, whose orig tarball is upstream's file
#   upstream's site
#
# A file with the wrong checksum is an error and never skipped: it is either damaged or not ours.
set(LAGOON_LUA_SOURCE "" CACHE PATH "Lua ${LAGOON_LUA_VERSION}: tarball, folder with it, or unpacked tree")
set(LAGOON_LUA_FROM "cache;debian;upstream" CACHE STRING "Places to take Lua's tarball from, in order")
set(LAGOON_DEBIAN_MIRROR "http://deb.debian.org/debian" CACHE STRING "For Lua's source package")
set(LAGOON_DEBIAN_SUITE "trixie" CACHE STRING "The suite with lua5.4 ${LAGOON_LUA_VERSION}-1")
set(LAGOON_LUA_URL "https://www.lua.org/ftp" CACHE STRING "Upstream's site")
if(DEFINED ENV{LAGOON_CACHE})
  set(cache_default $ENV{LAGOON_CACHE})
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(cache_default $ENV{XDG_CACHE_HOME}/lagoon)
elseif(DEFINED ENV{HOME})
  set(cache_default $ENV{HOME}/.cache/lagoon)
else()
  set(cache_default ${PROJECT_BINARY_DIR}/cache)
endif()
set(LAGOON_CACHE ${cache_default} CACHE PATH "Where downloads are kept between builds")

set(lua_tarball lua-${LAGOON_LUA_VERSION}.tar.gz)
# Debian's name for the same file.
set(lua_orig_tarball lua5.4_${LAGOON_LUA_VERSION}.orig.tar.gz)
# Of an unpacked tree: SHA-256 over the lines "<sha256>  <file>" of src/*.[ch], sorted by file.
set(lua_tree_sha256 e77a30fe74de31947f14f5b508d4fbbc95c8c2c06047b7598506beb657ca66d7)

function(lagoon_require_checksum what got expected)
  if(NOT got STREQUAL expected)
    message(FATAL_ERROR "${what} is not Lua ${LAGOON_LUA_VERSION} as published:\n"
            "  expected sha256 ${expected}\n  got      sha256 ${got}")
  endif()
endfunction()

function(lagoon_check_tarball file)
  file(SHA256 ${file} got)
  lagoon_require_checksum(${file} ${got} ${LAGOON_LUA_SHA256})
endfunction()

function(lagoon_check_tree dir)
  file(GLOB names RELATIVE ${dir}/src ${dir}/src/*.c ${dir}/src/*.h)
  list(SORT names)
  set(lines "")
  foreach(name IN LISTS names)
    file(SHA256 ${dir}/src/${name} sum)
    string(APPEND lines "${sum}  ${name}\n")
  endforeach()
  string(SHA256 got "${lines}")
  lagoon_require_checksum("The tree ${dir}" ${got} ${lua_tree_sha256})
endfunction()

# --- The four places: each sets <out> to a checked tarball (or a tree), or leaves it empty -------

function(lagoon_lua_from_source out)
  set(given ${LAGOON_LUA_SOURCE})
  foreach(file ${given} ${given}/${lua_tarball} ${given}/${lua_orig_tarball})
    if(EXISTS ${file} AND NOT IS_DIRECTORY ${file})
      lagoon_check_tarball(${file})
      set(${out} ${file} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  if(NOT EXISTS ${given}/src/lua.h)
    message(FATAL_ERROR "LAGOON_LUA_SOURCE=${given} is neither a tarball, nor a folder with "
            "${lua_tarball} or ${lua_orig_tarball}, nor a tree with src/lua.h")
  endif()
  lagoon_check_tree(${given})
  set(${out} ${given} PARENT_SCOPE)
endfunction()

function(lagoon_lua_from_cache out)
  set(file ${LAGOON_CACHE}/${lua_tarball})
  if(EXISTS ${file})
    lagoon_check_tarball(${file})
    set(${out} ${file} PARENT_SCOPE)
  endif()
endfunction()

# apt with lists and state of its own: needs no root, and leaves the system's alone.
function(lagoon_lua_from_debian out)
  find_program(LAGOON_APT_GET apt-get)
  if(NOT LAGOON_APT_GET)
    message(STATUS "Lua: no apt-get here")
    return()
  endif()
  set(dir ${PROJECT_BINARY_DIR}/lua/apt)
  file(MAKE_DIRECTORY ${dir}/state/lists/partial ${dir}/cache/archives/partial)
  # Without the keyring the checksum still pins the file.
  set(keyring /usr/share/keyrings/debian-archive-keyring.gpg)
  if(EXISTS ${keyring})
    set(trust "signed-by=${keyring}")
  else()
    set(trust "trusted=yes")
  endif()
  file(WRITE ${dir}/sources.list
       "deb-src [${trust}] ${LAGOON_DEBIAN_MIRROR} ${LAGOON_DEBIAN_SUITE} main\n")
  file(WRITE ${dir}/apt.conf "#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Sandbox::User \"\";
Acquire::Languages \"none\";
Acquire::Retries \"2\";
Acquire::http::Timeout \"20\";
Dir::State \"${dir}/state\";
Dir::Cache \"${dir}/cache\";
Dir::Etc::SourceList \"${dir}/sources.list\";
Dir::Etc::SourceParts \"/dev/null\";
")
  set(apt ${LAGOON_APT_GET} -c ${dir}/apt.conf -qq)
  execute_process(COMMAND ${apt} update
                  WORKING_DIRECTORY ${dir} OUTPUT_VARIABLE log ERROR_VARIABLE log RESULT_VARIABLE rc)
  if(rc EQUAL 0)
    execute_process(COMMAND ${apt} source --download-only --tar-only lua5.4
                    WORKING_DIRECTORY ${dir} OUTPUT_VARIABLE log ERROR_VARIABLE log RESULT_VARIABLE rc)
  endif()
  set(file ${dir}/${lua_orig_tarball})
  if(NOT EXISTS ${file})
    message(STATUS "Lua: not from Debian's source package (apt-get: ${rc}): ${log}")
    return()
  endif()
  lagoon_check_tarball(${file})
  set(${out} ${file} PARENT_SCOPE)
endfunction()

function(lagoon_lua_from_upstream out)
  set(url ${LAGOON_LUA_URL}/${lua_tarball})
  set(file ${PROJECT_BINARY_DIR}/lua/${lua_tarball})
  file(DOWNLOAD ${url} ${file}.part STATUS status TIMEOUT 120 INACTIVITY_TIMEOUT 20)
  list(GET status 0 rc)
  if(NOT rc EQUAL 0)
    list(GET status 1 why)
    file(REMOVE ${file}.part)
    message(STATUS "Lua: not from ${url}: ${why}")
    return()
  endif()
  lagoon_check_tarball(${file}.part)
  file(RENAME ${file}.part ${file})
  set(${out} ${file} PARENT_SCOPE)
endfunction()

# --- From a place to a patched tree --------------------------------------------------------------

function(lagoon_find_lua out)
  set(found "")
  if(LAGOON_LUA_SOURCE)
    lagoon_lua_from_source(found)
    set(${out} ${found} PARENT_SCOPE)
    return()
  endif()
  foreach(place IN LISTS LAGOON_LUA_FROM)
    cmake_language(CALL lagoon_lua_from_${place} found)
    if(found)
      message(STATUS "Lua ${LAGOON_LUA_VERSION} from ${place}: ${found}")
      set(${out} ${found} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "No source of Lua ${LAGOON_LUA_VERSION} was found in: ${LAGOON_LUA_FROM}.\n"
          "Get ${lua_tarball} (sha256 ${LAGOON_LUA_SHA256}) by hand and pass "
          "-DLAGOON_LUA_SOURCE=<file>, or put it in ${LAGOON_CACHE}.")
endfunction()

# A cache that cannot be written only costs the next build a download.
function(lagoon_keep_in_cache tarball)
  set(kept ${LAGOON_CACHE}/${lua_tarball})
  if(EXISTS ${kept})
    return()
  endif()
  execute_process(COMMAND ${CMAKE_COMMAND} -E make_directory ${LAGOON_CACHE} ERROR_QUIET)
  execute_process(COMMAND ${CMAKE_COMMAND} -E copy ${tarball} ${kept}.part RESULT_VARIABLE rc ERROR_QUIET)
  if(rc EQUAL 0)
    file(RENAME ${kept}.part ${kept})
  endif()
endfunction()

function(lagoon_patch_lua tree)
  find_program(LAGOON_PATCH patch REQUIRED)
  foreach(patch IN LISTS ARGN)
    execute_process(COMMAND ${LAGOON_PATCH} -p1 --fuzz=0 --forward --batch -i ${patch}
                    WORKING_DIRECTORY ${tree} RESULT_VARIABLE rc OUTPUT_VARIABLE log ERROR_VARIABLE log)
    if(NOT rc EQUAL 0)
      message(FATAL_ERROR "${patch} does not apply to Lua ${LAGOON_LUA_VERSION}:\n${log}")
    endif()
  endforeach()
endfunction()

# Sets <out> to the src/ folder of the patched tree; stock/ beside it is as published.  Made anew only when
# its ingredients change.
function(lagoon_get_lua out)
  set(tree ${PROJECT_BINARY_DIR}/lua/lua-${LAGOON_LUA_VERSION})
  file(GLOB patches CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/patches/*.patch)
  list(SORT patches)
  set(stamp "${LAGOON_LUA_SHA256} ${LAGOON_LUA_SOURCE}\n")
  foreach(patch IN LISTS patches)
    file(SHA256 ${patch} sum)
    string(APPEND stamp "${sum} ${patch}\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${patch})
  endforeach()
  set(done "")
  if(EXISTS ${tree}/stamp AND EXISTS ${tree}/stock)
    file(READ ${tree}/stamp done)
  endif()
  if(NOT done STREQUAL stamp)
    lagoon_find_lua(found)
    file(REMOVE_RECURSE ${tree})
    if(IS_DIRECTORY ${found})
      file(COPY ${found}/src DESTINATION ${tree})
    else()
      file(ARCHIVE_EXTRACT INPUT ${found} DESTINATION ${PROJECT_BINARY_DIR}/lua)
      lagoon_keep_in_cache(${found})
    endif()
    lagoon_check_tree(${tree})
    file(COPY ${tree}/src/ DESTINATION ${tree}/stock)
    lagoon_patch_lua(${tree} ${patches})
    file(WRITE ${tree}/stamp "${stamp}")
  endif()
  set(${out} ${tree}/src PARENT_SCOPE)
endfunction()
