# What reports say, and how it looks.
salus_tests(healer_reports_tests
  LIBS reports
  SOURCES
    reports/document_test.cpp
    reports/error_budget_test.cpp
    reports/growth_test.cpp
    reports/health_score_test.cpp
    reports/html_test.cpp
    reports/intervals_test.cpp
    reports/markdown_test.cpp
    reports/regression_test.cpp
    reports/svg_test.cpp
    reports/trend_test.cpp
    reports/units_test.cpp)
