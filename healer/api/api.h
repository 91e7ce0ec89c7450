// The healer's HTTP API: docs/api.md is its description.
//
// Queries are answered from the decider's snapshot and never wait for the decider. Every change needs the
// token, goes to the decider as an OperatorInput and is answered when it is durable, or after 5 s at most.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/http/server/server.h"
#include "base/os/clock.h"
#include "base/result.h"
#include "healer/actions/run_progress.h"
#include "healer/alerts/webhook/token.h"
#include "healer/api/pending_replies.h"
#include "healer/api/signed_link.h"
#include "healer/model/event_queue.h"
#include "healer/notify/notifier.h"
#include "healer/publish/policy_subscription.h"
#include "healer/state/snapshot.h"
#include "healer/verify/health_reader.h"

namespace healer {

// The result of a forced check.
struct Checked {
  std::vector<Alert> alerts;  // that Alertmanager holds
  Health health{};            // as the rules record it now
  base::WallTime at{};
  std::vector<std::string> warnings{};  // what could not be read again: the rest may be of older facts
};

// The parts that the API uses. Each function is called from several threads at once.
struct ApiParts {
  webhook::TokenCheck& token;
  EventQueue& events;
  PendingReplies& replies;
  std::function<base::http::Response(const base::http::Request&)> receive_alerts;
  std::function<std::shared_ptr<const View>()> view;
  policy::PolicySubscription& policy;
  std::function<std::optional<std::string>()> report;  // the newest; none before the first
  std::function<Health()> health;
  // Has the exporter refresh its facts, then queries Alertmanager for its alerts and Prometheus for the
  // health. Blocks for some seconds at most.
  std::function<base::Result<Checked>()> force_check;
  std::function<std::string()> reports_folder;  // empty: none is configured
  std::function<std::string()> metrics_page;
  std::function<base::Result<>()> reload;
  std::function<bool()> alive;  // the decider turns
  // Sends one message by each notifier, or by the one of that name. Returns the results by name.
  std::function<std::vector<std::pair<std::string, notify::Delivery>>(const std::string&)> test_notifiers =
      {};
  std::function<std::string()> stack = [] { return std::string("Salus"); };  // the name of the stack
  // How far the runs of an incident have come.
  std::function<actions::RunProgress::Run(const std::string&)> progress = [](const std::string&) {
    return actions::RunProgress::Run{};
  };
  const approvals::LinkSigner* signer = nullptr;               // null: no link is valid
  std::function<std::shared_ptr<const Config>()> config = {};  // the one in force
  std::function<std::string()> external_url = {};              // under which browsers reach it
};

// Outlives the server that it adds its routes to.
class Api {
 public:
  explicit Api(ApiParts parts) : parts_(std::move(parts)) {}

  void add_routes(base::http::Server& server);
  // From now on every change is refused with 503. Thread-safe.
  void stop_taking() { stopping_ = true; }
  // The request is for the page of a link with a valid signature. Thread-safe.
  bool bears_link(const base::http::Request& request) const;

 private:
  using Request = base::http::Request;
  using Response = base::http::Response;

  // A handler behind the token.
  base::http::Handler guarded(Response (Api::*handler)(const Request&));
  base::http::Handler open(Response (Api::*handler)(const Request&));
  // Posts the command of the request's operator and waits for the decider's answer. `done` returns the data
  // of a success; it is called after the answer.
  Response command(
      OperatorCommand command, std::string reason, const Request& request,
      const std::function<std::string()>& done = [] { return "{}"; });
  // Blocks until the command is answered; nullopt: not in time.
  std::optional<base::Result<>> ask(OperatorInput input);

  Response incidents(const Request& request);
  Response incident(const Request& request);
  Response release_incident(const Request& request);
  Response recommendations(const Request& request);
  Response approvals(const Request& request);
  Response approve(const Request& request);
  Response reject(const Request& request);
  const Approval* linked(const View& view, const Request& request) const;
  Response read_link(const Request& request);
  Response follow_link(const Request& request);
  static std::string forged_page();
  Response pause_state(const Request& request);
  Response pause(const Request& request);
  Response resume(const Request& request);
  Response policy(const Request& request);
  Response report(const Request& request);
  Response hold_policy(const Request& request);
  Response release_policy(const Request& request);
  Response policy_chain(const Request& request);
  Response playbooks(const Request& request);
  Response run_playbook(const Request& request);
  Response undo_action(const Request& request);
  Response system_health(const Request& request);
  Response force_check(const Request& request);
  Response test_notifiers(const Request& request);
  Response reports(const Request& request);
  Response one_report(const Request& request);
  Response metrics(const Request& request);
  Response healthy(const Request& request);
  Response ready(const Request& request);
  Response reload(const Request& request);
  Response landing(const Request& request);

  ApiParts parts_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace healer
