#include "healer/policy_file.h"

#include "base/file.h"
#include "base/log.h"
#include "healer/documents.h"

namespace healer {

base::Result<> PolicyFile::publish(const std::string& path, const PolicyDocument& document) {
  if (path.empty()) return {};
  // Any program may ask what it is allowed to do. What a power cut leaves is an older document, which
  // expires, or none that can be read: both mean no_new_trades.
  auto written = base::write_at_once(path, policy_document(document), 0644);
  if (!written) {
    ++errors_;
    if (!failing_)
      base::log::error("the policy file cannot be written", {{"error", written.error().message}});
  } else if (failing_) {
    base::log::info("the policy file is written again", {{"file", path}});
  }
  failing_ = !written;
  return written;
}

}  // namespace healer
