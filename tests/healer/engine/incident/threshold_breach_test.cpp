#include "healer/engine/incident/threshold_breach.h"

#include "tests/catch.h"

using healer::Alert;
using healer::breach_of;
using healer::Labels;
using healer::Notice;

namespace {

Alert alert(const std::string& source, Labels annotations) {
  Alert made;
  made.labels = {{"alertname", "LogErrors"}, {"source", source}};
  made.annotations = std::move(annotations);
  return made;
}

}  // namespace

TEST_CASE("a breach gives its reasons and its counts, as the specification has them") {
  const std::vector<Alert> alerts{alert("quantum_postgres", {{"breach", "353 critical events (threshold: 5)"},
                                                             {"critical_events", "353"},
                                                             {"errors", "482"},
                                                             {"warnings", "10"},
                                                             {"container_restarts", "1"}}),
                                  alert("quantum_postgres", {{"breach", "482 errors (threshold: 50)"},
                                                             {"critical_events", "352"},
                                                             {"errors", "482"},
                                                             {"warnings", "10"},
                                                             {"container_restarts", "1"}})};
  CHECK(breach_of(alerts) ==
        Notice::Pairs{{"reason", "353 critical events (threshold: 5); 482 errors (threshold: 50)"},
                      {"critical_events", "353"},
                      {"errors", "482"},
                      {"warnings", "10"},
                      {"container_restarts", "1"}});
}

TEST_CASE("counts of several sources are summed, and an unknown one is not zero") {
  const std::vector<Alert> alerts{alert("a", {{"breach", "6 errors"}, {"errors", "6"}, {"warnings", "NaN"}}),
                                  alert("b", {{"breach", "7 errors"}, {"errors", "7"}, {"warnings", ""}})};
  CHECK(breach_of(alerts) == Notice::Pairs{{"reason", "7 errors"}, {"errors", "13"}});
}

TEST_CASE("a limit of the stack and of a source, and two limits, are each named once") {
  const std::vector<Alert> alerts{alert("a", {{"breach", "32 critical events (threshold: 5)"}}),
                                  alert("a", {{"breach", "6 critical events (threshold: 5)"}}),
                                  alert("a", {{"breach", "482 errors (threshold: 50)"}})};
  CHECK(breach_of(alerts)->front().second == "32 critical events (threshold: 5); 482 errors (threshold: 50)");
}

TEST_CASE("an alert without a breach is none") {
  CHECK_FALSE(breach_of(std::vector{alert("a", {{"errors", "6"}})}));
  CHECK_FALSE(breach_of({}));
}
