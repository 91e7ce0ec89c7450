#include "healer/api/metrics/task_metrics.h"

#include "base/text/exposition.h"
#include "tests/catch.h"

using namespace healer;

namespace {

struct Page {
  View view;
  Config config;

  Page() {
    Playbook rotate;
    rotate.name = "rotate_logs";
    rotate.task = "log_rotation";
    config.playbooks = {rotate};
  }
  std::string text() const {
    std::vector<prometheus::MetricFamily> families;
    add_task_families(families, view, config);
    return base::expose(families);
  }
};

}  // namespace

TEST_CASE_METHOD(Page, "a task that never ran has freed and removed nothing, and is reported all the same") {
  for (const char* name : {"freed_bytes", "removed", "skipped"}) {
    CHECK_THAT(text(),
               Catch::Contains(fmt::format("salus_task_{}_total{{task=\"log_rotation\"}} 0\n", name)));
  }
}

TEST_CASE_METHOD(Page, "what a task freed, removed and left alone is reported") {
  view.tasks["log_rotation"].counts = {{"freed_bytes", 4096}, {"removed", 3}, {"skipped", 1}};
  CHECK_THAT(text(), Catch::Contains("salus_task_freed_bytes_total{task=\"log_rotation\"} 4096\n") &&
                         Catch::Contains("salus_task_removed_total{task=\"log_rotation\"} 3\n") &&
                         Catch::Contains("salus_task_skipped_total{task=\"log_rotation\"} 1\n"));
}

TEST_CASE_METHOD(Page, "the newest validation is reported check by check and phase by phase") {
  CHECK_THAT(text(), !Catch::Contains("salus_validation_check_success{"));
  view.found["validation"].list = {{"modules", "", true},
                                   {"modules", "ai", false},
                                   {"integrity", "", false},
                                   {"integrity", "m.bin", false}};
  CHECK_THAT(text(),
             Catch::Contains("salus_validation_phase_success{phase=\"modules\"} 1\n") &&
                 Catch::Contains("salus_validation_check_success{check=\"ai\",phase=\"modules\"} 0\n") &&
                 Catch::Contains("salus_validation_phase_success{phase=\"integrity\"} 0\n"));
}

TEST_CASE_METHOD(Page, "the ratio of an audit is the share of its checks that passed") {
  view.found["health_audit"].list = {{"", "a", true}, {"", "b", true}, {"", "c", false}, {"", "d", true}};
  CHECK_THAT(text(), Catch::Contains("salus_health_audit_passed_ratio 0.75\n") &&
                         Catch::Contains("salus_health_audit_check_success{check=\"c\"} 0\n"));
}
