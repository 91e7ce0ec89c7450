// Refuses cross-site requests: those that a page of another site makes a browser send. The browser sends them
// without asking its user, from inside its network, so they must not change anything.
//
// Clients that are not browsers (curl, Prometheus' tools, the healer) do not send the headers that are
// checked, and are never refused here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/http/http.h"

namespace base::http {

struct SiteRules {
  // URLs under which browsers reach the server, in addition to the one in `Host`. Needed behind a proxy that
  // changes `Host`.
  std::function<std::vector<std::string>()> urls = {};
  // Also refuses a browser's request whose `Host` is a public name that is not in `urls`: the owner of such a
  // name can let it resolve to this server (DNS rebinding). For servers to which no page has to POST.
  bool local_names_only = false;
  // A POST whose body is of a type that a form of another site can send is refused, with or without the
  // headers of a browser. For servers whose requests have no body.
  bool no_form_bodies = false;
};

// nullopt when the request is allowed, else a 403 or 415 response. GET and HEAD are always allowed: they
// change nothing.
std::optional<Response> refuse_cross_site(const Request& request, const SiteRules& rules);

}  // namespace base::http
