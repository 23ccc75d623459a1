"""What schemathesis can't know from the documents: which SKUs the shop has, what an auth code is, whose order it is.

In: the addresses of the shop, the operators' listener and the wallet simulator. Out: requests that stay as
schemathesis made them, except that valid ones speak of things that exist. Every quote is a new shopper's, so that one
scenario never meets the open orders of another.
"""

import itertools
import os
import uuid
from urllib.parse import urlsplit

import requests
import schemathesis

SHOP = os.environ["SHOP"]
WALLET = os.environ["WALLET"]
OPERATOR = os.environ.get("OPERATOR_TOKEN")
CURRENCY = "PHP"
ADDRESS = {"name": "Maria", "phone": "+639175550101", "country": "PH", "city": "Manila", "line1": "1 Mabini St"}

catalog = requests.get(f"{SHOP}/shop/v1/catalog", timeout=10).json()
SKUS = [variant["sku"] for product in catalog["products"] for variant in product["variants"] if variant["available"]]
PICTURES = [product["imageUrl"].rsplit("/", 1)[1] for product in catalog["products"]]
numbers = itertools.count(1)
given = set()
tokens = {}


def ask(address, body, headers=None):
    response = requests.post(address, json=body, headers=headers, timeout=20)
    response.raise_for_status()
    return response.json()


def new_customer():
    customer = f"c-{uuid.uuid4().hex[:12]}"
    ask(f"{WALLET}/_simulator/customers", {"customerId": customer, "name": "Api Tester"})
    return customer


def new_auth_code(customer=None):
    customer = customer or new_customer()
    return ask(f"{WALLET}/_simulator/auth-codes", {"customerId": customer})["authCode"]


def new_token(customer=None):
    token = ask(f"{SHOP}/shop/v1/sessions", {"authCode": new_auth_code(customer)})["token"]
    given.add(token)
    return token


def quote_of(token):
    lines = [{"sku": SKUS[0], "quantity": 1}]
    return ask(f"{SHOP}/shop/v1/quotes", {"lines": lines}, {"authorization": f"Bearer {token}"})


def paid_order():
    """An order that a shopper has paid; its id."""
    customer = new_customer()
    ask(f"{WALLET}/_simulator/customers/{customer}/top-up", {"currency": CURRENCY, "value": "100000000"})
    token = new_token(customer)
    shopper = {"authorization": f"Bearer {token}"}
    quote = quote_of(token)
    order = ask(f"{SHOP}/shop/v1/orders", {"quoteId": quote["quoteId"]}, shopper)
    login = ask(f"{WALLET}/_simulator/logins", {"customerId": customer})["loginToken"]
    cashier = urlsplit(order["attempt"]["cashier"]["paymentUrl"])
    ask(f"{WALLET}{cashier.path}/confirm", {}, {"authorization": f"Bearer {login}"})
    address = f"{SHOP}/shop/v1/orders/{order['orderId']}"
    poll = requests.get(address, params={"after": order["version"], "wait": 20}, headers=shopper, timeout=30)
    assert poll.json()["status"] == "paid", poll.text
    return order["orderId"]


def is_valid(case):
    return case.meta is None or all(part.mode.is_positive for part in case.meta.components.values())


@schemathesis.hook
def before_call(ctx, case, kwargs):
    # Without a link the quote would be one that nobody was given.
    if operation_of(case) == "placeOrder" and is_valid(case) and case.body["quoteId"] not in tokens:
        token = new_token()
        case.body["quoteId"] = quote_of(token)["quoteId"]
        tokens[case.body["quoteId"]] = token
    # A link fills ids in after the token was chosen; a token that schemathesis made up stays.
    if case.headers.get("Authorization", "").removeprefix("Bearer ") in given:
        case.headers["Authorization"] = f"Bearer {token_for(case)}"
    if not is_valid(case):
        return
    operation = operation_of(case)
    if OPERATOR:
        if "order" in case.path_parameters:
            case.path_parameters["order"] = PAID[next(numbers) % len(PAID)]
        if operation == "requestRefund":
            case.body.update(key=uuid.uuid4().hex, reason="Broken")
            # A sum or units: what goes with which, JSON Schema can't say.
            if case.body.pop("lines", None):
                case.body.pop("amount", None)
                case.body["lines"] = [{"sku": SKUS[0], "quantity": 1}]
            else:
                case.body.update(amount="1", delivery=False, restock=False)
        elif operation == "fulfil":
            # It goes only forward.
            case.body.update(status="completed", tracking="LBC 1234")
        return
    if operation == "startSession":
        case.body["authCode"] = new_auth_code()
    elif operation == "getMedia":
        case.path_parameters["file"] = PICTURES[next(numbers) % len(PICTURES)]
    elif operation == "quote":
        # Whole numbers written as 1.0 are refused, which JSON Schema can't say.
        case.body["lines"] = [
            {"sku": SKUS[index], "quantity": min(int(line["quantity"]), 2)}
            for index, line in enumerate(case.body["lines"][:3])
        ]
        if case.body.get("address") is not None:
            # Which letters make a name, and which countries there are, JSON Schema can't say either.
            case.body["address"] = ADDRESS
    elif operation == "getOrder":
        # Otherwise most of the time would go by in long polls.
        case.query.pop("wait", None)
    elif operation == "placeOrder":
        case.body.pop("despiteOpenOrder", None)


def token_for(case):
    subjects = [(case.path_parameters or {}).get("order")]
    if isinstance(case.body, dict):
        subjects.append(case.body.get("quoteId"))
    known = [tokens[subject] for subject in subjects if isinstance(subject, str) and subject in tokens]
    return known[0] if known else new_token()


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """The operators' token, or the token of the shopper whose quote or order it is, or a new shopper's."""

    def get(self, case, ctx):
        return OPERATOR or token_for(case)

    def set(self, case, data, ctx):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def after_call(ctx, case, response):
    token = response.request.headers.get("Authorization", "").removeprefix("Bearer ")
    if response.status_code >= 300 or OPERATOR:
        return
    if operation_of(case) == "quote":
        tokens[response.json()["quoteId"]] = token
    elif operation_of(case) == "placeOrder":
        tokens[response.json()["orderId"]] = token


PAID = [paid_order() for _ in range(3)] if OPERATOR else []


def operation_of(case):
    return case.operation.definition.raw.get("operationId")
