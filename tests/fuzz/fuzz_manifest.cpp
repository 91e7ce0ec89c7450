// Manifests: no input crashes, no name leaves the manifest's folder, and what is accepted can be written and
// read again.
#include "base/crypto/manifest.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = base::parse_manifest({reinterpret_cast<const char*>(data), size});
  if (!manifest) {
    fuzz::require(!manifest.error().message.empty(), "an error says something");
    return 0;
  }
  fuzz::require(!manifest->files.empty(), "a manifest lists something");
  for (const base::ManifestEntry& file : manifest->files) {
    fuzz::require(!file.name.empty() && file.name.front() != '/', "a name is relative");
    fuzz::require(("/" + file.name + "/").find("/../") == std::string::npos, "a name stays in its folder");
    fuzz::require(file.sha256.size() == 64, "a hash is whole");
  }
  const auto again = base::parse_manifest(base::format_manifest(*manifest));
  fuzz::require(again && *again == *manifest, "a manifest survives being written");
  return 0;
}
