#include "healer/publish/published_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "base/os/descriptor.h"
#include "base/os/file.h"
#include "healer/publish/policy_file.h"
#include "healer/publish/policy_json.h"

namespace healer::policy {
namespace {

constexpr std::size_t kBytes = 8 * 1024;

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace

void PublishedCopy::keep(const PolicyDocument& document) {
  if (path_.empty()) return;
  const auto written = write(document);
  if (!written && !failing_)
    base::log::warn("failed to write the copy of the policy", {{"error", written.error().message}});
  failing_ = !written;
  if (!written) return;
  const bool emergency = document.policy == Policy::kEmergencyShutdown;
  if (emergency && !emergency_) unsettled_ = true;
  emergency_ = emergency;
}

void PublishedCopy::settle() {
  if (!std::exchange(unsettled_, false)) return;
  const base::Descriptor file(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.open() && base::sync(file.get())) return;
  base::log::warn("the copy of the policy may not survive a power cut", {{"file", path_}});
}

base::Result<> PublishedCopy::write(const PolicyDocument& document) {
  const base::Descriptor file(
      ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640));
  struct stat status{};
  if (!file.open()) return base::fail("open {}: {}", path_, reason(errno));
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return base::fail("open {}: not a regular file", path_);
  std::string text = document_within(document, kBytes);
  text.pop_back();
  text.resize(kBytes - 1, ' ');
  text += '\n';
  if (::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return base::fail("write {}: {}", path_, reason(errno));
  return {};
}

}  // namespace healer::policy
