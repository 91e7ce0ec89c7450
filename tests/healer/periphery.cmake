# What carries out the decider's decisions, and what shows them.
salus_tests(healer_periphery_tests
  LIBS healer salusctl_command
  SOURCES
    actions/container_restart_test.cpp
    actions/container_start_test.cpp
    actions/container_stop_test.cpp
    actions/table_test.cpp
    checks/exporter_test.cpp
    checks/prometheus_test.cpp
    checks/promql_test.cpp
    checks/verifier_test.cpp
    config_node_test.cpp
    notify/discord_test.cpp
    notify/log_test.cpp
    notify/message_test.cpp
    notify/outbox_test.cpp
    notify/queue_test.cpp
    notify/slack_test.cpp
    notify/table_test.cpp
    notify/webhook_test.cpp
    setup_test.cpp)
