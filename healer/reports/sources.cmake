# Reports: what is gathered, figures of it, one document, two writers.
add_library(reports STATIC
  reports/advice.cpp
  reports/config.cpp
  reports/document.cpp
  reports/error_budget.cpp
  reports/files.cpp
  reports/gather.cpp
  reports/gather_alerts.cpp
  reports/gather_capacity.cpp
  reports/gather_healing.cpp
  reports/gather_logs.cpp
  reports/gather_services.cpp
  reports/growth.cpp
  reports/health_score.cpp
  reports/html.cpp
  reports/intervals.cpp
  reports/markdown.cpp
  reports/pages.cpp
  reports/regression.cpp
  reports/samples.cpp
  reports/svg.cpp
  reports/trend.cpp
  reports/units.cpp
  reports/weekly_document.cpp
  reports/weekly_run.cpp
  reports/weekly_sections.cpp)
target_link_libraries(reports PUBLIC base PRIVATE healer)
if(SALUS_PCH)
  target_precompile_headers(reports PRIVATE ${CMAKE_SOURCE_DIR}/base/pch.h)
endif()
