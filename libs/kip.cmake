# What is only a test is compiled fast rather than made fast: it is over half of the sources.
set(KIP_TEST_OPTIMISATION -O1)
if(KIP_SANITIZE)
  set(KIP_TEST_OPTIMISATION -O0)
endif()
set(KIP_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND KIP_WARNINGS -Wno-restrict)  # g++ 12 sees it in "..." + std::string (GCC 105651)
endif()

# kip_lib(NAME DEPS a b ... [WITHOUT pattern] [SKIPPABLE ...]): one lib of the house: every *.cc of its folder but *_test.cc, which
# become NAME_test, and but those whose name begins with the pattern. SKIPPABLE: see kip_test.
# A lib may name only libs above it in the table of libs/README.md; tests/conventions holds the order.
function(kip_lib name)
  cmake_parse_arguments(ARG "" "WITHOUT" "DEPS;EXTERNAL;SKIPPABLE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(ARG_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "/${ARG_WITHOUT}")
  endif()
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  add_library(kip_${name} STATIC ${sources})
  target_include_directories(kip_${name} PUBLIC ${PROJECT_SOURCE_DIR}/libs)
  target_compile_options(kip_${name} PRIVATE ${KIP_WARNINGS})
  list(TRANSFORM ARG_DEPS PREPEND kip_)
  target_link_libraries(kip_${name} PUBLIC ${ARG_DEPS} ${ARG_EXTERNAL})
  if(tests)
    kip_test(${name}_test SOURCES ${tests} DEPS ${name} SKIPPABLE ${ARG_SKIPPABLE})
  endif()
endfunction()

# Every test finds the tools of tests/install, whoever calls ctest.
set(KIP_TEST_PATH PATH=path_list_prepend:${PROJECT_SOURCE_DIR}/build/tools/venv/bin
                  PATH=path_list_prepend:${PROJECT_SOURCE_DIR}/build/tools/bin)

# kip_test(NAME SOURCES ... DEPS libs [SKIPPABLE Suite.Test Suite.* ...]): a GoogleTest program, one
# ctest entry. A test that cannot run everywhere says GTEST_SKIP() << "skipped: why" and is named as
# SKIPPABLE: it becomes an entry of its own, so that ctest counts it as skipped and not as passed.
function(kip_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;EXTERNAL;ARGS;SKIPPABLE" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/libs ${PROJECT_SOURCE_DIR}/tests)
  target_compile_options(${name} PRIVATE ${KIP_WARNINGS} ${KIP_TEST_OPTIMISATION})
  target_compile_definitions(${name} PRIVATE KIP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  list(TRANSFORM ARG_DEPS PREPEND kip_)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} ${ARG_EXTERNAL} GTest::gtest_main GTest::gmock)
  if(ARG_SKIPPABLE)
    list(JOIN ARG_SKIPPABLE ":" apart)
    list(APPEND ARG_ARGS --gtest_filter=-${apart})
  endif()
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS})
  set_tests_properties(${name} PROPERTIES ENVIRONMENT_MODIFICATION "${KIP_TEST_PATH}")
  foreach(filter ${ARG_SKIPPABLE})
    string(REPLACE ".*" "" test "${filter}")
    add_test(NAME ${name}.${test} COMMAND ${name} --gtest_filter=${filter})
    set_tests_properties(${name}.${test} PROPERTIES SKIP_REGULAR_EXPRESSION "\\[  SKIPPED"
                         ENVIRONMENT_MODIFICATION "${KIP_TEST_PATH}")
  endforeach()
  if(ARG_TIMEOUT)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
  endif()
endfunction()
