// The parts of Alertmanager's configuration that route alerts. Syntax of 0.25 and newer, and the older
// `match` and `match_re`. Source: https://prometheus.io/docs/alerting/0.25/configuration/
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/yaml/yaml.h"
#include "salusctl/check/promql/matching.h"

namespace healer::salusctl::check {

struct Route {
  int line = 1;
  std::string receiver;  // inherited if it is not set
  std::vector<Matcher> matchers;
  bool goes_on = false;  // continue
  bool muted = false;    // has time intervals
  std::vector<Route> routes;
};

struct Webhook {
  int line = 1;
  std::string url;
  int url_line = 1;
  bool send_resolved = true;
  int send_resolved_line = 1;
  std::string credentials_file;  // empty: none
  int credentials_line = 1;
  bool inline_credentials = false;
};

struct Receiver {
  std::string name;
  int line = 1;
  std::vector<Webhook> webhooks;
};

struct Inhibition {
  int line = 1;
  std::vector<Matcher> target;
  std::vector<Matcher> source{};
};

struct AlertmanagerConfig {
  std::string file;
  Route root;
  std::vector<Receiver> receivers;
  std::vector<Inhibition> inhibitions;
};

AlertmanagerConfig read_alertmanager(const std::string& file, base::yaml::Problems& problems);

// Whether an alert with these labels reaches one of the receivers. kYes: in any case; kMaybe: it depends on
// labels that are not known.
Truth reaches(const Route& root, const PossibleLabels& labels, const std::set<std::string>& receivers);

}  // namespace healer::salusctl::check
