# One target for every fuzz/<module>_<parser>_fuzz.cpp; the first word names the module that it links, unless the first
# line says otherwise: "// uses: identity documents".
#   replay_<name>   (with the tests) runs the corpus fuzz/corpus/<name> once: what was found stays found
#   fuzz_<name>     (-DTONGXIN_FUZZ=ON) libFuzzer; needs
#                   -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_CXX_FLAGS="-fsanitize=fuzzer-no-link,address,undefined"
file(GLOB TX_FUZZERS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/fuzz/*_fuzz.cpp)
foreach(source IN LISTS TX_FUZZERS)
  get_filename_component(name ${source} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" name ${name})
  string(REGEX REPLACE "_.*$" "" module ${name})
  if(NOT TARGET tx_${module})
    message(WARNING "${source} is left out: no module ${module} (name the file <module>_<parser>_fuzz.cpp)")
    continue()
  endif()
  if(TONGXIN_TESTS)
    add_executable(replay_${name} ${source} ${CMAKE_SOURCE_DIR}/fuzz/replay.cpp)
    target_link_libraries(replay_${name} PRIVATE ${libraries})
    target_compile_definitions(replay_${name} PRIVATE TX_CORPUS="fuzz/corpus/${name}")
    add_test(NAME replay_${name} COMMAND replay_${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
  if(TONGXIN_FUZZ)
    add_executable(fuzz_${name} ${source})
    target_link_libraries(fuzz_${name} PRIVATE ${libraries})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer,address,undefined)
  endif()
endforeach()
