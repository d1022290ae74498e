# The system's liblua5.4 in place of our own: says why it will not do.
find_package(PkgConfig REQUIRED)
pkg_search_module(LAGOON_LUA_PC REQUIRED IMPORTED_TARGET lua5.4 lua-5.4 lua54 lua)
if(LAGOON_LUA_PC_VERSION VERSION_LESS 5.4 OR NOT LAGOON_LUA_PC_VERSION VERSION_LESS 5.5)
  message(FATAL_ERROR "LAGOON_SYSTEM_LUA needs Lua 5.4; pkg-config knows ${LAGOON_LUA_PC_VERSION}")
endif()

# Not cached: the library may be upgraded under an old build tree.
set(probe ${PROJECT_BINARY_DIR}/lua/probe)
file(MAKE_DIRECTORY ${probe}/vm)
file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${probe}/vm/lua SYMBOLIC)
configure_file(probe.cpp.in ${probe}/probe.cpp @ONLY)
try_run(ran compiled ${probe}/build ${probe}/probe.cpp
  CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${probe};${LAGOON_LUA_PC_INCLUDE_DIRS}"
              "-DLINK_DIRECTORIES=${LAGOON_LUA_PC_LIBRARY_DIRS}"
  LINK_LIBRARIES ${LAGOON_LUA_PC_LINK_LIBRARIES} CXX_STANDARD 20
  COMPILE_OUTPUT_VARIABLE log)
set(system_lua "The system's Lua ${LAGOON_LUA_PC_VERSION} (${LAGOON_LUA_PC_LINK_LIBRARIES})")
set(way_out "Leave LAGOON_SYSTEM_LUA off: the build then brings its own Lua.")
if(NOT compiled)
  message(FATAL_ERROR "${system_lua} could not be probed:\n${log}")
elseif(NOT ran EQUAL 0)
  message(FATAL_ERROR "${system_lua} corrupts memory when a __concat metamethod moves the stack "
          "(the probe in vm/lua/sound.cpp gave ${ran}).  ${way_out}")
endif()

include(CheckSymbolExists)
set(CMAKE_REQUIRED_INCLUDES ${LAGOON_LUA_PC_INCLUDE_DIRS})
set(CMAKE_REQUIRED_LIBRARIES ${LAGOON_LUA_PC_LINK_LIBRARIES} m)
unset(LAGOON_HAVE_CLOSETHREAD CACHE)
check_symbol_exists(lua_closethread lua.h LAGOON_HAVE_CLOSETHREAD)
if(NOT LAGOON_HAVE_CLOSETHREAD)
  message(FATAL_ERROR "${system_lua} has no lua_closethread (5.4.6 brought it).  ${way_out}")
endif()

# Sound, and still not enough: value transfer reads Lua's objects through its private headers, and frozen
# tables are a patch.  A package that offers both would be linked here.
message(FATAL_ERROR "${system_lua} is sound, but value transfer needs Lua's private headers and the "
        "frozen-tables patch, which no system package has.  ${way_out}")
