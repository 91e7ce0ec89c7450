# Reports: figures from samples, one document, two writers. Needs nothing of the healer but this folder.
add_library(reports STATIC
  reports/document.cpp
  reports/error_budget.cpp
  reports/growth.cpp
  reports/health_score.cpp
  reports/html.cpp
  reports/intervals.cpp
  reports/markdown.cpp
  reports/regression.cpp
  reports/svg.cpp
  reports/trend.cpp
  reports/units.cpp)
target_link_libraries(reports PUBLIC base)
if(SALUS_PCH)
  target_precompile_headers(reports PRIVATE ${CMAKE_SOURCE_DIR}/base/pch.h)
endif()
