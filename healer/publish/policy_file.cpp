#include "healer/publish/policy_file.h"

#include "base/log.h"
#include "base/os/file.h"
#include "healer/publish/policy_json.h"

namespace healer {
namespace {

// Room for some hundred causes.
constexpr std::size_t kReserved = 8 * 1024;
// Any program may read what it is allowed to do.
constexpr mode_t kMode = 0644;

}  // namespace

std::string document_within(const PolicyDocument& document, std::size_t bytes) {
  std::string text = policy_document(document);
  PolicyDocument shorter = document;
  for (std::size_t kept = document.causes.size(); text.size() > bytes && kept > 0;) {
    kept /= 2;
    shorter.causes.assign(document.causes.begin(),
                          document.causes.begin() + static_cast<std::ptrdiff_t>(kept));
    shorter.causes.push_back(fmt::format("{} further causes", document.causes.size() - kept));
    text = policy_document(shorter);
  }
  return text;
}

base::Result<> PolicyFile::publish(const std::string& path, const PolicyDocument& document) {
  if (!file_ || file_->path() != path) move_to(path);
  if (!file_) return {};
  std::string error;
  const State before = state_;
  const State now = write(document, error);
  state_ = now;
  log_change(before, now, error);
  if (now == State::kWritten || now == State::kReserve) return {};
  return base::fail("{}", error);
}

// A file that is no longer updated must not continue to allow anything.
void PolicyFile::move_to(const std::string& path) {
  if (file_) {
    file_->remove_spares();
    if (const auto gone = base::withdraw_file(file_->path()); !gone)
      base::log::warn("failed to remove the former policy file; readers find it until it expires",
                      {{"error", gone.error().message}});
  }
  file_.reset();
  spares_ = 0;
  state_ = State::kWritten;
  if (!path.empty()) file_.emplace(path, kReserved, kMode);
}

PolicyFile::State PolicyFile::write(const PolicyDocument& document, std::string& error) {
  // After a power cut there is an older document, which expires, or an unreadable one: both mean
  // no_new_trades.
  const auto written = base::write_at_once(file_->path(), policy_document(document), kMode);
  if (written) {
    prepare();
    return State::kWritten;
  }
  ++errors_;
  error = written.error().message;
  const auto replaced = file_->replace(document_within(document, kReserved));
  spares_ = file_->spares();
  if (replaced) return State::kReserve;
  error += "; " + replaced.error().message;
  const auto withdrawn = base::withdraw_file(file_->path());
  if (withdrawn) return State::kRemoved;
  error += "; " + withdrawn.error().message;
  return State::kStuck;
}

void PolicyFile::prepare() {
  const auto prepared = file_->prepare();
  spares_ = file_->spares();
  if (!prepared && prepared_)
    base::log::warn("failed to reserve disk space for the policy file",
                    {{"error", prepared.error().message}});
  prepared_ = prepared.has_value();
}

void PolicyFile::log_change(State before, State now, const std::string& error) const {
  if (before == now) return;
  const std::string& path = file_->path();
  switch (now) {
    case State::kWritten:
      return base::log::info("the policy file is written again", {{"file", path}});
    case State::kReserve:
      return base::log::warn("failed to write the policy file; wrote it to its reserved disk space",
                             {{"error", error}});
    case State::kRemoved:
      return base::log::error("the policy file cannot be written and was removed", {{"error", error}});
    case State::kStuck:
      return base::log::error(
          "the policy file can neither be written nor removed; readers find an older document until it "
          "expires",
          {{"error", error}});
  }
}

}  // namespace healer
