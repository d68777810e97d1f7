# Tests that stand outside one module: every folder below tests/ that has a CMakeLists.txt.
file(GLOB suites CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*/CMakeLists.txt)
foreach(suite ${suites})
  get_filename_component(folder ${suite} DIRECTORY)
  add_subdirectory(${folder})
endforeach()
