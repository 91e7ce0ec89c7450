// Verification: is the target healthy, in facts that are newer than the action?
//
// A check refreshes the exporter, so that the next scrape contains data that was read after the action. The
// first successful refresh after the action sets the reference time, in Prometheus's clock. The target is
// healthy only if all three hold:
//   1. Prometheus has scraped the exporter, successfully, after the reference time;
//   2. `verify.healthy`, if there is one, returns at least one sample and none that is 0 or NaN. An empty
//      result is unhealthy, because a comparison is false; unless the series it begins with does not exist at
//      all, which is unknown;
//   3. no rule of the incident's alerts has an active alert (pending or firing) that may be the incident's,
//      in an evaluation newer than that scrape. The scrape is kept from check to check until that evaluation:
//      where rules are evaluated just before each scrape, none is ever newer than the last scrape.
// An alert that Prometheus has never had a rule for comes from another ruler (Loki, vmalert, Grafana, a
// second Prometheus). The third condition is then that this alert has ended, and a container must also run,
// in the fresh scrape. While it fires and all else is healthy, the answer is unknown, with `contradicts`.
// This does not apply to a rule that Prometheus had before: its alert ended because the rule was removed. A
// If the exporter lacks a collector, the other facts decide. What then has no data is unknown, as is a check
// whose collector the exporter had before. A task's facts are the healer's metrics, so the exporter is not
// refreshed. Its alert must have ended in an evaluation newer than a check after the action, which requires
// that Prometheus has scraped the healer. What cannot be queried or is not newer yet is unknown. Only times
// of Prometheus's clock are compared.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/engine/effects.h"
#include "healer/verify/exporter.h"
#include "healer/verify/prometheus.h"

namespace healer::checks {

// Thread-safe.
class Verifier {
 public:
  Verifier(Prometheus prometheus, Exporter exporter, std::string exporter_job, const base::Clock& clock);

  // One check. Blocks up to the deadline. Never fails: a failed query is a verdict of unknown with its
  // reason.
  CheckInput look(const CheckRequest& order, base::Deadline deadline);

  // Has the exporter read its sources now. A collector that verification uses and the exporter lacks is
  // logged once; one that it had before is an error. Blocks up to the deadline.
  base::Result<> refresh(base::Deadline deadline);
  // As of the newest answer of the exporter: collector → missing. Empty until the first.
  std::map<std::string, bool> collectors() const;

 private:
  // By Prometheus's clock.
  struct Scrape {
    double at = 0;     // its start
    double ended = 0;  // later than its end: a rule evaluated after this has its samples
  };
  struct Bar {
    base::MonoTime refreshed_at{};  // when that refresh started
    double at = 0;                  // Prometheus's time after it
    std::optional<Scrape> awaited;  // the scrape whose evaluation is waited for
  };

  // Prometheus's time, in place of a scrape.
  base::Result<Scrape> prometheus_time(base::Deadline deadline) const;
  base::Result<double> bar(const CheckRequest& order, base::MonoTime refreshed_at, base::Deadline deadline);
  // The oldest of the last scrapes, if the job has several exporters.
  base::Result<Scrape> last_scrape(base::Deadline deadline) const;
  // The scrape that rule evaluations must be newer than: the one already waited for, else `last`.
  Scrape await(const std::string& incident, const Scrape& last);
  void settled(const std::string& incident);
  // The alerts of the incident for whose names Prometheus has never had a rule.
  std::vector<Alert> unknown_to_prometheus(const std::vector<AlertRule>& rules, const CheckRequest& order);
  // If Prometheus's clock was set back before the reference time `at`, no scrape would pass it for that long.
  // The next check then sets a new one.
  void forget_if_set_back(const std::string& incident, double at, base::Deadline deadline);

  Prometheus prometheus_;
  Exporter exporter_;
  std::string job_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Bar> bars_;         // by incident
  std::set<std::string> known_rules_;       // names of alerting rules that Prometheus had when it was asked
  std::map<std::string, bool> missing_;     // by collector, in the newest answer of the exporter
  std::set<std::string> known_collectors_;  // those that it had once
};

}  // namespace healer::checks
