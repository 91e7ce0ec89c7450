# What carries out the decider's decisions, and what shows them.
salus_tests(healer_periphery_tests
  LIBS healer salusctl_command ZLIB::ZLIB
  SOURCES
    actions/clear_files_test.cpp
    actions/command_test.cpp
    actions/container_restart_test.cpp
    actions/container_rollback_test.cpp
    actions/container_signal_test.cpp
    actions/container_start_test.cpp
    actions/container_stop_test.cpp
    actions/control_file_test.cpp
    actions/fallback_test.cpp
    actions/folder_test.cpp
    actions/health_audit_test.cpp
    actions/http_request_test.cpp
    actions/info_test.cpp
    actions/log_rotation_test.cpp
    actions/name_filter_test.cpp
    actions/open_files_test.cpp
    actions/packing_test.cpp
    actions/prune_files_test.cpp
    actions/redis_address_test.cpp
    actions/redis_clear_test.cpp
    actions/redis_flag_test.cpp
    actions/redis_prune_test.cpp
    actions/redis_test.cpp
    actions/replacing_test.cpp
    actions/restore_files_test.cpp
    actions/rolling_restart_test.cpp
    actions/table_test.cpp
    actions/target_name_test.cpp
    actions/tidying_test.cpp
    actions/trading_control_test.cpp
    actions/validation_test.cpp
    actions/ways_test.cpp
    api_approvals_test.cpp
    api_playbooks_test.cpp
    api_test.cpp
    app_test.cpp
    approvals/page_test.cpp
    approvals/signed_link_test.cpp
    audit/audit_test.cpp
    checks/exporter_test.cpp
    checks/prometheus_test.cpp
    checks/promql_test.cpp
    checks/verifier_test.cpp
    command_body_test.cpp
    config_node_test.cpp
    describe_test.cpp
    documents_test.cpp
    health_test.cpp
    http_config_test.cpp
    landing_test.cpp
    last_words_test.cpp
    live_effects_test.cpp
    metrics_test.cpp
    policy/bulletin_test.cpp
    policy/courier_test.cpp
    policy/outputs_test.cpp
    policy/policy_node_test.cpp
    policy/push_output_test.cpp
    policy/redis_output_test.cpp
    policy_file_test.cpp
    reconciler_test.cpp
    restore/restore_test.cpp
    salusctl/check/alert_labels_test.cpp
    salusctl/check/catalog_test.cpp
    salusctl/check/check_test.cpp
    salusctl/check/limits_test.cpp
    salusctl/check/matching_test.cpp
    salusctl/check/places_test.cpp
    salusctl/check/promql_names_test.cpp
    salusctl/check/promql_tokens_test.cpp
    salusctl/check/route_tree_test.cpp
    salusctl/check/thresholds_test.cpp
    salusctl/check/tools_test.cpp
    salusctl/command_test.cpp
    salusctl/explain_test.cpp
    salusctl/journal_test.cpp
    salusctl/logs_report_test.cpp
    salusctl/logs_scan_test.cpp
    salusctl/manifest_test.cpp
    salusctl/render_test.cpp
    salusctl/replay_test.cpp
    self_report_test.cpp
    playbook_files_test.cpp
    setup_test.cpp
    survey_test.cpp
    surveyor_test.cpp
    task_metrics_test.cpp
    tickets_test.cpp
    validation/commands_test.cpp
    validation/config_test.cpp
    validation/facts_test.cpp
    validation/validation_test.cpp
    worker_pool_test.cpp)

add_subdirectory(notify)

add_test(NAME "healer golden: promtool metrics"
  COMMAND sh -c "promtool check metrics < ${CMAKE_SOURCE_DIR}/tests/golden/healer/metrics.txt")

add_test(NAME "salusctl: logs scan as a program"
  COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/salusctl/scan_test.py $<TARGET_FILE:salusctl>)
set_tests_properties("salusctl: logs scan as a program" PROPERTIES TIMEOUT 60)
