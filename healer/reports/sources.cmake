# Reports: what is gathered, figures of it, one document, two writers.
add_library(reports STATIC
  reports/advice.cpp
  reports/breach_counts.cpp
  reports/breach_section.cpp
  reports/config.cpp
  reports/document.cpp
  reports/error_budget.cpp
  reports/files.cpp
  reports/gather.cpp
  reports/gather_alerts.cpp
  reports/gather_capacity.cpp
  reports/gather_healing.cpp
  reports/gather_incident.cpp
  reports/gather_logs.cpp
  reports/gather_services.cpp
  reports/growth.cpp
  reports/health_score.cpp
  reports/html.cpp
  reports/hypotheses.cpp
  reports/incident_beginning.cpp
  reports/incident_clues.cpp
  reports/incident_document.cpp
  reports/incident_facts.cpp
  reports/incident_run.cpp
  reports/incident_scene.cpp
  reports/intervals.cpp
  reports/log_evidence.cpp
  reports/markdown.cpp
  reports/pages.cpp
  reports/regression.cpp
  reports/samples.cpp
  reports/svg.cpp
  reports/trend.cpp
  reports/units.cpp
  reports/weekly_document.cpp
  reports/weekly_outlook.cpp
  reports/weekly_run.cpp
  reports/weekly_sections.cpp)
target_link_libraries(reports PUBLIC base PRIVATE healer logs)
if(SALUS_PCH)
  target_precompile_headers(reports PRIVATE ${CMAKE_SOURCE_DIR}/base/pch.h)
endif()
