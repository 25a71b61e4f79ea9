# shellcheck shell=bash
# The dollar signs are apt's own.
# shellcheck disable=SC2016
# How this machine reaches its registries, taken over into another root when the test runs and written down nowhere.

# Prints the first Debian mirror of this machine's apt configuration.
debian_mirror() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $SUITE" | sort -u | head -n 1; }

debian_mirror_environment() {
  local proxy
  proxy="$(apt-config shell proxy Acquire::http::Proxy)"
  eval "$proxy"
  env ${proxy:+http_proxy="$proxy"} "$@"
}

# Prints NAME=value lines for proxies, certificates and registries.
carried_environment() {
  env | grep -iE '^(https?_proxy|no_proxy|all_proxy|[A-Z0-9_]*(CERT|CERTS|CERT_FILE|CERT_DIR|CAINFO|CA_BUNDLE))=' || true
  env | grep -E '^PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|PROXY|DEFAULT_TIMEOUT)=' || true
  local name value
  for name in registry cafile proxy https-proxy noproxy; do
    value="$(cd / && npm config get "$name" 2>/dev/null)"
    case "$value" in '' | null | undefined) ;; *) printf 'npm_config_%s=%s\n' "${name//-/_}" "$value" ;; esac
  done
}

# Copies name resolution, certificates and the package managers' configuration into a root.
carry_over() {
  local root="$1" file
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  mkdir -p "$root/usr/local/share/ca-certificates" "$root/etc/apt/apt.conf.d"
  cp -rL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    grep -E " $SUITE(-updates|-security)? " >"$root/etc/apt/sources.list"
  apt-config dump | grep -E '^Acquire::(http|https)::' >"$root/etc/apt/apt.conf.d/99carried-over" || true
  for file in /etc/pip.conf /root/.pip/pip.conf /root/.config/pip/pip.conf; do
    [ ! -f "$file" ] || install -D "$file" "$root$file"
  done
}
