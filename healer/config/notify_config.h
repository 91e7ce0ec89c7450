// `notifiers`, `notifications` and `templates` of healer.yml: receivers, delivery limits and message texts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/notice.h"

namespace healer {

struct NotifierConfig {
  std::string name;
  std::string kind;      // discord | slack | webhook | email; empty: derived from the URL's host
  std::string url_file;  // secret
  std::string url_env;   // secret; exactly one of the two is set, except for email
  std::vector<Notice::Kind> only = {};  // empty: every kind
  enum class Tasks { kNone, kFailures, kAll };
  Tasks tasks = Tasks::kFailures;            // which notices about tasks
  int min_weight = 0;                        // of a notice: 0 low to 3 critical (healer::weight)
  std::vector<std::string> containers = {};  // empty: all, and notices about no container
  std::vector<std::string> playbooks = {};   // empty: all, and notices about no playbook
  // webhook
  std::string hmac_file = {};         // its secret signs every request body
  std::string credentials_file = {};  // a bearer token
  std::string ca_file = {};           // also email: trusted CAs; empty: the system's
  // email
  std::string smtp = {};  // smtp://host[:port] or smtps://…
  std::string from = {};
  std::vector<std::string> to = {};
  std::string username = {};
  std::string password_file = {};
  bool require_tls = true;  // with smtp://: do not send mail without STARTTLS
  bool operator==(const NotifierConfig&) const = default;
};

// What makes up the text of messages.
struct Wording {
  std::string stack = "Salus";
  std::string external_url = {};  // the healer's URL for operators; empty: no link
  std::map<Notice::Kind, std::string> templates = {};
  bool operator==(const Wording&) const = default;
};

struct NotificationsConfig {
  base::Duration give_up_after = std::chrono::hours(24);  // of an undeliverable notice
  base::Duration same_within = std::chrono::minutes(10);  // a notice with the same key is suppressed
  std::size_t max_waiting = 1000;                         // notices of each notifier
  std::size_t max_per_minute = 20;                        // messages of each notifier; more become a digest
  std::map<Notice::Kind, std::string> templates = {};
  bool operator==(const NotificationsConfig&) const = default;
};

}  // namespace healer
