# Every folder below bench/ that has a CMakeLists.txt; built with -DTONGXIN_BENCH=ON only.
file(GLOB benches CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/*/CMakeLists.txt)
foreach(bench ${benches})
  get_filename_component(folder ${bench} DIRECTORY)
  add_subdirectory(${folder})
endforeach()
