"""Checks recorded exchanges with AWS services against the models that botocore ships.

python wireCheck.py RECORD.ndjson: one JSON object a line, as tools/wire.mjs writes it. Prints each finding and a closing line.
Both directions: unknown and missing members, types, ranges, patterns, enumerations; errors by their code and their form.
"""

import base64
import datetime
import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

import botocore.session
from botocore.parsers import create_parser

# What every operation of a service may answer beside the errors of its model.
COMMON_ERRORS = {
    "AccessDenied", "AccessDeniedException", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "InternalFailure",
    "InvalidAction", "InvalidClientTokenId", "MissingParameter", "OptInRequired", "RequestExpired", "ServiceUnavailable",
    "SignatureDoesNotMatch", "Throttling", "ThrottlingException", "UnrecognizedClientException", "ValidationError",
    "ValidationException",
    # EC2 models no errors.
    "UnauthorizedOperation", "RequestLimitExceeded", "InvalidParameterValue",
    # S3's list of error responses is no part of its model.
    "404", "403", "NoSuchTagSet", "NoSuchBucketPolicy", "BucketNotEmpty", "NotFound",
}
MODELS = {"es": "opensearch", "servicequotas": "service-quotas"}
# Values that AWS sends although its own model lacks them.
BEYOND_MODEL = {
    "ResourceStatus": {"REVIEW_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"},
}

session = botocore.session.get_session()
services = {}


def model_of(name):
    if name not in services:
        services[name] = session.get_service_model(MODELS.get(name, name))
    return services[name]


class Checker:
    def __init__(self, where):
        self.where = where
        self.findings = []

    def add(self, path, text):
        self.findings.append(f"{self.where} {path}: {text}")

    def check(self, shape, value, path):
        getattr(self, f"check_{shape.type_name}", self.check_scalar)(shape, value, path)

    def check_structure(self, shape, value, path):
        if not isinstance(value, dict):
            self.add(path, f"no structure: {value!r:.80}")
            return
        for name in shape.required_members:
            if name not in value:
                self.add(path, f"member {name} is missing")
        for name, member in value.items():
            if name not in shape.members:
                self.add(path, f"unknown member {name}")
            elif member is not None:
                self.check(shape.members[name], member, f"{path}.{name}")

    def check_list(self, shape, value, path):
        if not isinstance(value, list):
            self.add(path, f"no list: {value!r:.80}")
            return
        self.check_range(shape, len(value), path)
        for at, one in enumerate(value):
            self.check(shape.member, one, f"{path}[{at}]")

    def check_map(self, shape, value, path):
        if not isinstance(value, dict):
            self.add(path, f"no map: {value!r:.80}")
            return
        self.check_range(shape, len(value), path)
        for key, one in value.items():
            self.check(shape.key, key, f"{path} key {key}")
            self.check(shape.value, one, f"{path}.{key}")

    def check_string(self, shape, value, path):
        if not isinstance(value, str):
            self.add(path, f"no text: {value!r:.80}")
            return
        self.check_range(shape, len(value), path)
        if shape.enum and value not in shape.enum and value not in BEYOND_MODEL.get(shape.name, ()):
            self.add(path, f"{value!r} is none of {', '.join(shape.enum)}")
        pattern = shape.metadata.get("pattern")
        if pattern is not None:
            try:
                matches = re.search(pattern if pattern.startswith("^") else f"^(?:{pattern})$", value, re.S) is not None
            except re.error:
                return  # A Java pattern that Python does not know.
            if not matches:
                self.add(path, f"{value!r:.120} does not match {pattern}")

    def check_integer(self, shape, value, path):
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, f"no integer: {value!r:.80}")
        else:
            self.check_range(shape, value, path)

    check_long = check_integer

    def check_double(self, shape, value, path):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.add(path, f"no number: {value!r:.80}")

    check_float = check_double

    def check_boolean(self, _shape, value, path):
        if not isinstance(value, bool):
            self.add(path, f"no boolean: {value!r:.80}")

    def check_timestamp(self, _shape, value, path):
        if isinstance(value, bool) or not isinstance(value, (int, float, datetime.datetime)):
            self.add(path, f"no time: {value!r:.80}")

    def check_blob(self, shape, value, path):
        if isinstance(value, str):
            try:
                value = base64.b64decode(value, validate=True)
            except ValueError:
                self.add(path, "no base64")
                return
        self.check_range(shape, len(value), path)

    def check_scalar(self, shape, value, path):
        self.add(path, f"no check for {shape.type_name}: {value!r:.80}")

    def check_range(self, shape, size, path):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if low is not None and size < low:
            self.add(path, f"{size} is less than {low}")
        if high is not None and size > high:
            self.add(path, f"{size} is more than {high}")

    # Texts of forms, headers and XML become what their shape says.

    def scalar(self, shape, text, path):
        text = text or ""
        try:
            if shape.type_name in ("integer", "long"):
                return int(text)
            if shape.type_name in ("double", "float"):
                return float(text)
        except ValueError:
            self.add(path, f"no number: {text!r}")
            return 0
        if shape.type_name == "boolean":
            if text not in ("true", "false"):
                self.add(path, f"no boolean: {text!r}")
            return text == "true"
        if shape.type_name == "timestamp":
            for form in ("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ", "%a, %d %b %Y %H:%M:%S GMT"):
                try:
                    return datetime.datetime.strptime(text, form)
                except ValueError:
                    continue
            return text
        return text

    def form(self, shape, tree, path):
        """A form body, unfolded into nested dictionaries, by its shape."""
        if shape.type_name == "structure":
            by_name = {member.serialization.get("name", name): name for name, member in shape.members.items()}
            found = {}
            for key, one in (tree if isinstance(tree, dict) else {}).items():
                name = by_name.get(key)
                if name is None:
                    self.add(path, f"unknown member {key}")
                else:
                    found[name] = self.form(shape.members[name], one, f"{path}.{name}")
            return found
        if shape.type_name == "list":
            entries = tree.get("member", {}) if isinstance(tree, dict) else {}
            return [self.form(shape.member, entries[key], f"{path}[{key}]") for key in sorted(entries, key=int)]
        return self.scalar(shape, tree if isinstance(tree, str) else "", path)

    def ec2_form(self, shape, tree, path):
        """EC2's form: capitalised or query names, lists numbered without a member name."""
        if shape.type_name == "structure":
            by_name = {}
            for name, member in shape.members.items():
                wire = member.serialization.get("queryName") or member.serialization.get("name", name)
                by_name[wire if "queryName" in member.serialization else wire[:1].upper() + wire[1:]] = name
            found = {}
            for key, one in (tree if isinstance(tree, dict) else {}).items():
                name = by_name.get(key)
                if name is None:
                    self.add(path, f"unknown member {key}")
                else:
                    found[name] = self.ec2_form(shape.members[name], one, f"{path}.{name}")
            return found
        if shape.type_name == "list":
            entries = tree if isinstance(tree, dict) else {}
            return [self.ec2_form(shape.member, entries[key], f"{path}[{key}]") for key in sorted(entries, key=int)]
        return self.scalar(shape, tree if isinstance(tree, str) else "", path)

    def xml(self, shape, node, path):
        if shape.type_name == "structure":
            found = {}
            known = {}
            for name, member in shape.members.items():
                inner = member.serialization
                flat = member.type_name == "list" and inner.get("flattened")
                tag = inner.get("name", name)
                if flat:
                    tag = inner.get("name", member.member.serialization.get("name", name))
                known[tag] = (name, member, flat)
            for child in node:
                tag = local(child.tag)
                if tag not in known:
                    self.add(path, f"unknown member {tag}")
                    continue
                name, member, flat = known[tag]
                if flat:
                    found.setdefault(name, []).append(self.xml(member.member, child, f"{path}.{name}"))
                else:
                    found[name] = self.xml(member, child, f"{path}.{name}")
            for name, member in shape.members.items():
                if member.serialization.get("xmlAttribute"):
                    found[name] = next((value for key, value in node.attrib.items() if key.endswith("type")), "")
            return found
        if shape.type_name == "list":
            tag = shape.member.serialization.get("name", "member")
            for child in node:
                if local(child.tag) != tag:
                    self.add(path, f"unknown member {local(child.tag)}")
            return [self.xml(shape.member, child, f"{path}[]") for child in node]
        if shape.type_name == "map":
            return {child[0].text or "": self.xml(shape.value, child[1], f"{path}[]") for child in node}
        return self.scalar(shape, node.text, path)


def local(tag):
    return tag.rsplit("}", 1)[-1]


def unfold(body):
    tree = {}
    for key, value in urllib.parse.parse_qsl(body, keep_blank_values=True):
        at = tree
        *parents, last = key.split(".")
        for parent in parents:
            at = at.setdefault(parent, {})
        at[last] = value
    tree.pop("Action", None)
    tree.pop("Version", None)
    return tree


def rest_operation(model, method, path, query):
    """The operation whose address fits, the one with most fixed parts first; with the values of its address."""
    best = None
    for name in model.operation_names:
        operation = model.operation_model(name)
        template, _, fixed = operation.http["requestUri"].partition("?")
        if operation.http["method"] != method:
            continue
        pattern = re.sub(r"\\\{([^}]+?)\\\}", lambda m: f"(?P<g{m.group(1).replace(chr(92), '').replace('+', '_')}>.+)" if "+" in m.group(1)
                         else f"(?P<g{m.group(1)}>[^/]+)", re.escape(template).replace("\\-", "-"))
        match = re.fullmatch(pattern + "/?", path)
        literals = urllib.parse.parse_qsl(fixed, keep_blank_values=True)
        if match is None or any(query.get(key) != value for key, value in literals):
            continue
        required = [m.serialization["name"] for n, m in operation.input_shape.members.items()
                    if m.serialization.get("location") in ("querystring",) and n in operation.input_shape.required_members] if operation.input_shape else []
        if any(key not in query for key in required):
            continue
        id_fits = query.get("x-id") == name
        rank = (id_fits, len(literals), len(required), -template.count("{"))
        if best is None or rank > best[0]:
            best = (rank, operation, {key[1:].rstrip("_"): urllib.parse.unquote(value) for key, value in match.groupdict().items()}, dict(literals))
    return best


def rest_request(checker, operation, uri, literals, query, headers, body, protocol):
    shape = operation.input_shape
    params = {}
    if shape is None:
        return params
    payload = shape.serialization.get("payload")
    rest = {}
    used = set(literals) | {"x-id"}
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        key = member.serialization.get("name", name)
        if location == "uri" and key in uri:
            params[name] = checker.scalar(member, uri[key], f".{name}")
        elif location == "querystring":
            used.add(key)
            if key in query:
                params[name] = [query[key]] if member.type_name == "list" else checker.scalar(member, query[key], f".{name}")
        elif location == "header" and key.lower() in headers:
            params[name] = checker.scalar(member, headers[key.lower()], f".{name}")
        elif location is None:
            rest[name] = member
    for key in query:
        if key not in used and not key.lower().startswith("x-amz-"):
            checker.add("", f"unknown query parameter {key}")
    if payload is not None and body:
        member = shape.members[payload]
        if member.type_name == "structure":
            params[payload] = checker.xml(member, ElementTree.fromstring(body), f".{payload}")
        else:
            params[payload] = body
    elif payload is None and body and protocol == "rest-json":
        named = {member.serialization.get("name", name): name for name, member in rest.items()}
        for key, value in json.loads(body).items():
            if key in named:
                params[named[key]] = value
            else:
                checker.add("", f"unknown member {key}")
    return params


def answer_body(checker, operation, protocol, headers, body):
    shape = operation.output_shape
    if shape is None:
        return
    text = body.decode("utf-8", "replace")
    if protocol == "json":
        checker.check(shape, json.loads(text or "{}"), "")
        return
    if protocol == "rest-json":
        checker.check(shape, json.loads(text or "{}"), "")
        return
    if protocol == "ec2":
        root = ElementTree.fromstring(text)
        request_id = next((child for child in root if local(child.tag) == "requestId"), None)
        if request_id is None:
            checker.add("", "the answer has no requestId")
        else:
            root.remove(request_id)
        checker.check(shape, checker.xml(shape, root, ""), "")
        return
    if protocol == "query":
        root = ElementTree.fromstring(text)
        wrapper = shape.serialization.get("resultWrapper")
        node = next((child for child in root if local(child.tag) == wrapper), None)
        if node is None:
            checker.add("", f"the answer has no {wrapper}")
        else:
            checker.check(shape, checker.xml(shape, node, ""), "")
        if not any(local(child.tag) == "ResponseMetadata" for child in root):
            checker.add("", "the answer has no ResponseMetadata")
        return
    payload = shape.serialization.get("payload")
    found = {}
    for name, member in shape.members.items():
        key = member.serialization.get("name", name)
        if member.serialization.get("location") == "header" and key.lower() in headers:
            found[name] = checker.scalar(member, headers[key.lower()], f".{name}")
    if payload is not None and shape.members[payload].type_name != "structure":
        found[payload] = body
    elif text.strip():
        inner = shape if payload is None else shape.members[payload]
        root = ElementTree.fromstring(text)
        if not list(root) and payload is None and len([m for m in shape.members.values() if m.serialization.get("location") is None]) == 1:
            only = next(n for n, m in shape.members.items() if m.serialization.get("location") is None)
            found[only] = root.text or ""
        else:
            read = checker.xml(inner, root, "")
            found.update(read if payload is None else {payload: read})
    checker.check(shape, found, "")


def error_answer(checker, operation, protocol, status, headers, body):
    parsed = create_parser(protocol).parse({"status_code": status, "headers": headers, "body": body}, operation.output_shape)
    code = parsed.get("Error", {}).get("Code", "")
    allowed = set(COMMON_ERRORS)
    for shape in operation.error_shapes:
        allowed |= {shape.name, shape.error_code}
    if code not in allowed:
        checker.add("", f"error {code!r} ({status}) is none of the operation's: {', '.join(sorted(one.name for one in operation.error_shapes))}")
    elif code not in COMMON_ERRORS and not parsed["Error"].get("Message") and protocol != "rest-xml":
        checker.add("", f"error {code} has no message")


def check(exchange):
    headers = {key.lower(): value for key, value in exchange["headers"].items()}
    address = urllib.parse.urlsplit(exchange["url"])
    query = dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))
    signed = headers.get("authorization", "") + " " + query.get("X-Amz-Credential", "")
    scope = re.search(r"\d{8}/[^/]+/([a-z0-9-]+)/aws4_request", signed)
    if scope is None or address.path.startswith("/_"):
        return None, []
    model = model_of(scope.group(1))
    protocol = model.metadata["protocol"]
    if protocol not in ("json", "query", "ec2", "rest-json", "rest-xml"):
        protocol = next(one for one in model.metadata["protocols"] if one in ("json", "query", "rest-json", "rest-xml"))
    body = base64.b64decode(exchange["body"])
    checker = Checker("")
    if protocol == "json":
        operation = model.operation_model(headers["x-amz-target"].rsplit(".", 1)[-1])
        params = json.loads(body or b"{}")
    elif protocol in ("query", "ec2"):
        operation = model.operation_model(urllib.parse.parse_qs(body.decode())["Action"][0])
        read = checker.form if protocol == "query" else checker.ec2_form
        params = read(operation.input_shape, unfold(body.decode()), "") if operation.input_shape else {}
    else:
        found = rest_operation(model, exchange["method"], address.path, query)
        if found is None:
            return None, [f"{scope.group(1)}: no operation for {exchange['method']} {exchange['url']}"]
        _, operation, uri, literals = found
        params = rest_request(checker, operation, uri, literals, query, headers, body, protocol)
    name = f"{scope.group(1)}:{operation.name}"
    checker.where = f"{name} request"
    checker.findings = [f"{checker.where} {one}" for one in checker.findings]
    if operation.input_shape is not None:
        checker.check(operation.input_shape, params, "")
    checker.where = f"{name} answer"
    answer_headers = {key.lower(): value for key, value in exchange["answerHeaders"].items()}
    answer = base64.b64decode(exchange["answer"])
    try:
        if exchange["status"] < 300:
            answer_body(checker, operation, protocol, answer_headers, answer)
        else:
            error_answer(checker, operation, protocol, exchange["status"], answer_headers, answer)
    except (ElementTree.ParseError, json.JSONDecodeError) as broken:
        checker.add("", f"cannot be read: {broken}")
    return name, checker.findings


def main(path):
    checked, failed, operations, told = 0, 0, set(), set()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            name, findings = check(json.loads(line))
            if name is None and not findings:
                continue
            checked += 1
            operations.add(name)
            failed += 1 if findings else 0
            for finding in findings:
                if finding not in told:
                    told.add(finding)
                    print(finding)
    print(f"{len(operations)} operations: {', '.join(sorted(one for one in operations if one))}")
    print(f"{checked - failed} passed, {failed} failed")
    return 1 if failed or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
