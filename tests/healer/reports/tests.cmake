# What reports say, and how it looks.
salus_tests(healer_reports_tests
  LIBS healer salusctl_command
  SOURCES
    actions/weekly_report_test.cpp
    chronicle_test.cpp
    chronicler_test.cpp
    reports/breach_counts_test.cpp
    reports/breach_section_test.cpp
    reports/document_test.cpp
    reports/error_budget_test.cpp
    reports/files_test.cpp
    reports/gather_healing_test.cpp
    reports/growth_test.cpp
    reports/gather_incident_test.cpp
    reports/health_score_test.cpp
    reports/html_test.cpp
    reports/hypotheses_test.cpp
    reports/incident_document_test.cpp
    reports/incident_facts_test.cpp
    reports/incident_run_test.cpp
    reports/intervals_test.cpp
    reports/log_evidence_test.cpp
    reports/markdown_test.cpp
    reports/regression_test.cpp
    reports/reports_test.cpp
    reports/svg_test.cpp
    reports/trend_test.cpp
    reports/units_test.cpp
    salusctl/report_test.cpp)

# A storm in the logs, from its lines to the section, the notices and the incident's report.
add_test(NAME "healer: incident report of a log storm"
         COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/reports/incident_test.py $<TARGET_FILE:salus-healer>
                 $<TARGET_FILE:salusctl> $<TARGET_FILE:salus-exporter> ${CMAKE_SOURCE_DIR}/rules/logs.rules.yml)
set_tests_properties("healer: incident report of a log storm" PROPERTIES TIMEOUT 240
  ENVIRONMENT "PYTHONPATH=${CMAKE_SOURCE_DIR}/tests;PATH=/usr/sbin:/usr/bin:/sbin:/bin")

# A report of a known history, by the real program from a real Prometheus.
add_test(NAME "healer: weekly report of a known history"
         COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/reports/weekly_test.py $<TARGET_FILE:salusctl>)
set_tests_properties("healer: weekly report of a known history" PROPERTIES TIMEOUT 240
  ENVIRONMENT "PYTHONPATH=${CMAKE_SOURCE_DIR}/tests;PATH=/usr/sbin:/usr/bin:/sbin:/bin")
