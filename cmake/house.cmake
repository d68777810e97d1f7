# The plan of the house, in the order in which the parts may know one another (see ARCHITECTURE.md).
tx_module(base LIBS PkgConfig::ICU PkgConfig::OPENCC Threads::Threads)

tx_module(engines/matching DEPENDS base LIBS Threads::Threads)
tx_module(engines/ledger DEPENDS base LIBS PkgConfig::SODIUM PkgConfig::OPENSSL_CRYPTO)
tx_module(engines/covering DEPENDS base LIBS PkgConfig::CLP TEST_LIBS ZLIB::ZLIB)
tx_module(engines/streets DEPENDS base LIBS ZLIB::ZLIB Threads::Threads)
set_source_files_properties(src/engines/streets/cells.cpp src/engines/streets/search.cpp src/engines/streets/reach.cpp
  src/engines/streets/build.cpp src/engines/streets/pbf.cpp src/engines/streets/snap.cpp PROPERTIES COMPILE_OPTIONS -O3)
tx_module(engines/tiles DEPENDS base engines/streets LIBS ZLIB::ZLIB)
tx_module(engines/typesetting DEPENDS base
  LIBS PkgConfig::PANGOCAIRO PkgConfig::CAIRO PkgConfig::JPEG PkgConfig::ICU)

tx_module(platform/language DEPENDS base)
tx_module(platform/documents DEPENDS base
  LIBS PkgConfig::PANGOCAIRO PkgConfig::CAIRO PkgConfig::QRENCODE PkgConfig::ZIP EXPAT::EXPAT ${XLSXWRITER} ZLIB::ZLIB)
tx_module(platform/access DEPENDS base)
tx_module(platform/storage DEPENDS base LIBS tx_sqlite PkgConfig::POSTGRES PkgConfig::SODIUM)
tx_module(platform/audit DEPENDS base platform/storage platform/access LIBS PkgConfig::SODIUM)
tx_module(platform/workflow DEPENDS base platform/storage platform/language platform/access)
tx_module(platform/http DEPENDS base platform/storage platform/access platform/audit platform/language
  LIBS tx_web ZLIB::ZLIB PkgConfig::BROTLI PkgConfig::SODIUM PkgConfig::OPENSSL_SSL Threads::Threads)
tx_module(platform/jobs DEPENDS base platform/storage platform/access platform/audit platform/language platform/http)
tx_module(platform/identity DEPENDS base platform/storage platform/access platform/audit platform/language
  platform/http LIBS PkgConfig::SODIUM PkgConfig::OPENSSL_CRYPTO PkgConfig::QRENCODE)
tx_module(platform/notices DEPENDS base platform/storage platform/access platform/audit platform/language
  platform/http platform/jobs)

tx_module(systems/teams DEPENDS base platform/language platform/documents platform/access platform/storage
  platform/audit platform/workflow platform/http platform/jobs platform/identity platform/notices)
tx_module(systems/stations DEPENDS base engines/streets engines/tiles engines/covering systems/teams)
tx_module(systems/supply DEPENDS base engines/matching systems/teams systems/stations)
tx_module(systems/support DEPENDS base engines/ledger systems/teams systems/stations systems/supply LIBS PkgConfig::SODIUM)
tx_module(systems/mobilisation DEPENDS base engines/ledger systems/teams systems/stations systems/supply systems/support LIBS PkgConfig::SODIUM)

tx_module(systems/culture DEPENDS base engines/typesetting systems/teams systems/stations systems/supply systems/support LIBS PkgConfig::SODIUM)

if(EXISTS ${CMAKE_SOURCE_DIR}/src/app/main.cpp)
  include(cmake/app.cmake)
endif()
if(TONGXIN_TESTS)
  include(tests/tests.cmake OPTIONAL)
endif()
if(TONGXIN_BENCH)
  include(bench/bench.cmake OPTIONAL)
endif()
if(TONGXIN_FUZZ OR TONGXIN_TESTS)
  include(fuzz/fuzz.cmake OPTIONAL)
endif()
