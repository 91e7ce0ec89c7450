#include "healer/alerts/intake.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <utility>

namespace healer::webhook {
namespace {

void add(Accepted& sum, const Accepted& more) {
  sum.stored += more.stored;
  sum.duplicates += more.duplicates;
  sum.stale += more.stale;
  sum.heartbeats += more.heartbeats;
  sum.ignored += more.ignored;
}

// The first alert for each required policy, in order.
std::vector<Alert> demands_of(std::span<const Alert> alerts) {
  std::vector<Alert> demands;
  std::set<std::optional<Policy>> found;
  for (const Alert& alert : alerts) {
    const std::string_view policy = alert.label("policy");
    if (!alert.firing || policy.empty() || is_watchdog(alert)) continue;
    if (found.insert(parse_policy(policy)).second) demands.push_back(alert);
  }
  return demands;
}

std::vector<Alert> take_out(std::span<Alert> alerts) {
  return {std::move_iterator(alerts.begin()), std::move_iterator(alerts.end())};
}

}  // namespace

void Intake::take_list(AlertsInput list) {
  Arrival arrival(*this, AlertStore::Source::kWholeList, list.asked_at);
  if (!list.whole) return arrival.demand(std::move(list.alerts));
  // The decider stores a short list itself.
  if (list.alerts.size() <= kPiece) return events_.post(std::move(list));
  // If this fails, the decider learns it from the list itself.
  static_cast<void>(arrival.bring(list.alerts));
  arrival.end_with(std::move(list));
}

Arrival::~Arrival() {
  if (body_ != 0) post({}, false);
}

void Arrival::begin() {
  if (body_ != 0) return;
  body_ = ++intake_.bodies_;
  post({}, true);
}

void Arrival::post(AlertsInput input, bool more) {
  input.body = body_;
  input.more = more;
  if (!more) body_ = 0;
  intake_.events_.post(std::move(input));
}

void Arrival::demand(std::vector<Alert> alerts) {
  begin();
  if (const auto accepted = write(alerts, true)) {
    early_ += accepted->stored;
  } else {
    post({.alerts = std::move(alerts), .unwritten = true}, true);
  }
}

base::Result<Accepted> Arrival::bring(std::vector<Alert> alerts) {
  if (alerts.size() > Intake::kPiece) demand(demands_of(alerts));
  Accepted sum;
  std::span<Alert> rest(alerts);
  do {
    const auto piece = rest.first(std::min(Intake::kPiece, rest.size()));
    const bool last = piece.size() == rest.size() && source_ == AlertStore::Source::kWebhook;
    const auto accepted = write(piece, !last);
    if (!accepted) {
      post({.alerts = take_out(rest), .unwritten = true}, false);
      return accepted;
    }
    add(sum, *accepted);
    rest = rest.subspan(piece.size());
  } while (!rest.empty());
  // Each alert counts once.
  sum.stored += early_;
  sum.duplicates -= std::min(early_, sum.duplicates);
  return sum;
}

void Arrival::end_with(AlertsInput list) { post(std::move(list), false); }

// An error leaves the alerts as they are.
base::Result<Accepted> Arrival::write(std::span<Alert> alerts, bool more) {
  auto accepted = intake_.ledger_.accept(alerts, source_, asked_at_);
  // Of a delivery also unchanged alerts, which confirm that they still fire. A list confirms that as a whole.
  const bool matters =
      accepted &&
      (source_ == AlertStore::Source::kWholeList ? accepted->stored > 0 : accepted->ignored < alerts.size());
  if (matters) {
    post({.alerts = take_out(alerts), .listed = source_ == AlertStore::Source::kWholeList},
         more && body_ != 0);
  }
  return accepted;
}

}  // namespace healer::webhook
