# What reports say, and how it looks.
salus_tests(healer_reports_tests
  LIBS healer salusctl_command
  SOURCES
    actions/weekly_report_test.cpp
    reports/document_test.cpp
    reports/error_budget_test.cpp
    reports/files_test.cpp
    reports/gather_healing_test.cpp
    reports/growth_test.cpp
    reports/health_score_test.cpp
    reports/html_test.cpp
    reports/intervals_test.cpp
    reports/markdown_test.cpp
    reports/regression_test.cpp
    reports/reports_test.cpp
    reports/svg_test.cpp
    reports/trend_test.cpp
    reports/units_test.cpp
    salusctl/report_test.cpp)

# A report of a known history, by the real program from a real Prometheus.
add_test(NAME "healer: weekly report of a known history"
         COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/reports/weekly_test.py $<TARGET_FILE:salusctl>)
set_tests_properties("healer: weekly report of a known history" PROPERTIES TIMEOUT 240
  ENVIRONMENT "PYTHONPATH=${CMAKE_SOURCE_DIR}/tests;PATH=/usr/sbin:/usr/bin:/sbin:/bin")
