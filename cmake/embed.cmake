# tx_web: the web files inside the program. Templates (web/**/*.html), texts (web/locales) and the built assets
# (node web/build.mjs <build>/web) become one assembler file with .incbin and a table that platform/http reads.
enable_language(ASM)
set(TX_ASSETS ${CMAKE_BINARY_DIR}/web)
file(GLOB_RECURSE TX_WEB_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/*.html ${CMAKE_SOURCE_DIR}/web/locales/*.json)
file(GLOB_RECURSE TX_WEB_SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/styles/*.css
  ${CMAKE_SOURCE_DIR}/web/icons/*.svg ${CMAKE_SOURCE_DIR}/web/islands/*.ts ${CMAKE_SOURCE_DIR}/web/build.mjs)
if(EXISTS ${CMAKE_SOURCE_DIR}/web/build.mjs)
  add_custom_command(OUTPUT ${TX_ASSETS}/manifest.json
    COMMAND ${CMAKE_SOURCE_DIR}/script/node ${CMAKE_SOURCE_DIR}/web/build.mjs ${TX_ASSETS}
    DEPENDS ${TX_WEB_SOURCES} ${CMAKE_SOURCE_DIR}/web/locales/zh-CN/layout.json
      ${CMAKE_SOURCE_DIR}/web/locales/en/layout.json
      ${CMAKE_SOURCE_DIR}/web/locales/zh-CN/trust.json ${CMAKE_SOURCE_DIR}/web/locales/en/trust.json ${CMAKE_SOURCE_DIR}/web/offline.html.in
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM)
  set(TX_ASSETS_MADE ${TX_ASSETS}/manifest.json)
endif()
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/web_files.S
  COMMAND ${CMAKE_COMMAND} -DWEB=${CMAKE_SOURCE_DIR}/web -DASSETS=${TX_ASSETS} -DOUT=${CMAKE_BINARY_DIR}/web_files.S
    -P ${CMAKE_SOURCE_DIR}/cmake/embed_table.cmake
  DEPENDS ${TX_WEB_FILES} ${TX_ASSETS_MADE} ${CMAKE_SOURCE_DIR}/cmake/embed_table.cmake VERBATIM)
add_library(tx_web STATIC ${CMAKE_BINARY_DIR}/web_files.S)
set_target_properties(tx_web PROPERTIES LINKER_LANGUAGE CXX)
