// Verification: is the target healthy, in facts that are newer than the action?
//
// A look refreshes the exporter, so that what Prometheus scrapes next was read from the world after the
// action. The first refresh after the action that succeeds sets the bar: Prometheus's own time just then.
// Healthy is then only what is said by all three:
//   1. Prometheus has scraped the exporter, successfully, after the bar;
//   2. `verify.healthy`, if there is one, answers at least one sample and none that is 0 or NaN. An empty
//   answer is
//      unhealthy: either the comparison is false, or there is no such series in a scrape known to be fresh;
//   3. no rule of the incident's alerts has an active alert (pending or firing) that may be the incident's,
//      in an evaluation newer than that scrape. The scrape is kept from look to look until its evaluation has
//      come: where rules are evaluated just before each scrape, none is ever newer than the last one.
// An alert that Prometheus has never had a rule for comes from another ruler (Loki, vmalert, Grafana, a
// second Prometheus). Its own end is then the third sign, and a container must also run, in the fresh scrape.
// While it fires, and all else is healthy, the answer is unknown, and `contradicts`. A rule that Prometheus
// had and has no more is no such case: its alert ended because the rule is gone. A task's facts are the
// healer's own metrics, so nothing is asked of the exporter, and its alert must have ended in an evaluation
// newer than a look after the action: until Prometheus has scraped the healer, it has not. Whatever cannot be
// asked, or is not yet newer, is unknown. Times are compared within Prometheus's clock only.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "healer/checks/exporter.h"
#include "healer/checks/prometheus.h"
#include "healer/effects.h"

namespace healer::checks {

// Thread-safe.
class Verifier {
 public:
  Verifier(Prometheus prometheus, Exporter exporter, std::string exporter_job, const base::Clock& clock);

  // One look. Blocks up to the deadline; never fails: what it could not learn is a verdict of unknown with
  // its reason.
  CheckInput look(const CheckOrder& order, base::Deadline deadline);

 private:
  // By Prometheus's clock.
  struct Scrape {
    double at = 0;     // its start
    double ended = 0;  // later than its end: a rule evaluated after this has its samples
  };
  struct Bar {
    base::MonoTime refreshed_at{};  // when that refresh began
    double at = 0;                  // Prometheus's time after it
    std::optional<Scrape> awaited;  // the scrape whose evaluation is waited for
  };

  // Prometheus's time, in place of a scrape.
  base::Result<Scrape> prometheus_time(base::Deadline deadline) const;
  base::Result<double> bar(const CheckOrder& order, base::MonoTime refreshed_at, base::Deadline deadline);
  // The oldest of the last scrapes, where several exporters answer to the job.
  base::Result<Scrape> last_scrape(base::Deadline deadline) const;
  // The scrape that the rules must be newer than: the one that is waited for, else `last`, from now on.
  Scrape await(const std::string& incident, const Scrape& last);
  void settled(const std::string& incident);
  // Of the incident's alerts, those whose names Prometheus has never had a rule for.
  std::vector<Alert> unknown_to_prometheus(const std::vector<AlertRule>& rules, const CheckOrder& order);
  // Prometheus's clock was set back behind the bar `at`: no scrape would pass it for as long as that was. The
  // next look sets a new one.
  void forget_if_set_back(const std::string& incident, double at, base::Deadline deadline);

  Prometheus prometheus_;
  Exporter exporter_;
  std::string job_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Bar> bars_;    // by incident
  std::set<std::string> known_rules_;  // names of alerting rules that Prometheus had when it was asked
};

}  // namespace healer::checks
