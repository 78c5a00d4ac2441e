"""A Kafka that asks who you are: SCRAM over TLS, client certificates, and rights (ACLs). Its
certificates are made with openssl in the test's folder."""

import os
import shutil
import ssl
import subprocess

from broker import Broker
from checks import Skipped
from ports import free_ports
from processes import wait_until
from spine import reader

PASSWORDS = {name: f"canary-{name}-password-7d1f" for name in ("kip", "weak", "admin")}
KEY_PASSWORD = "canary-key-password-5a83"  # of the client's key
CLIENT = "kip-client"
DAYS = ["-days", "2"]

# Which certificate a listener shows, and what it asks of the client.
LISTENERS = {
    "SASL": ("SASL_SSL", "broker", "none"),
    "MTLS": ("SSL", "broker", "required"),
    "ELSEWHERE": ("SASL_SSL", "elsewhere", "none"),
    "EXPIRED": ("SASL_SSL", "expired", "none"),
}


def openssl(*args):
    done = subprocess.run(["openssl", *args], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"openssl {args[0]}: {done.stderr[-1000:]}")


class Certificates:
    """An authority, another one, certificates of brokers, and one of a client with its key."""

    def __init__(self, folder):
        if shutil.which("openssl") is None:
            raise Skipped("there is no openssl here")
        self.folder = folder
        os.makedirs(folder)
        for name in ("ca", "other-ca"):
            self_signed = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", *DAYS]
            paths = ["-keyout", self.path(name + ".key"), "-out", self.path(name + ".pem")]
            openssl(*self_signed, "-subj", f"/CN={name}", *paths)
        self.signed("broker", "IP:127.0.0.1,DNS:localhost")
        self.signed("elsewhere", "DNS:elsewhere.example")
        self.signed("expired", "IP:127.0.0.1", ["-days", "-1"])
        self.signed(CLIENT, "DNS:client")
        self.signed("stranger", "DNS:stranger", by="other-ca")
        encrypt = ["-aes256", "-passout", "pass:" + KEY_PASSWORD]
        locked = self.path(CLIENT + "-locked.key")
        openssl("pkey", "-in", self.path(CLIENT + ".key"), *encrypt, "-out", locked)

    def path(self, name):
        return os.path.join(self.folder, name)

    def signed(self, name, names, days=None, by="ca"):
        key, request, out = (self.path(f"{name}.{end}") for end in ("key", "csr", "pem"))
        asking = ["req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request]
        openssl(*asking, "-subj", f"/CN={name}", "-addext", f"subjectAltName={names}")
        signer = ["-CA", self.path(by + ".pem"), "-CAkey", self.path(by + ".key")]
        how = [*signer, "-CAcreateserial", *(days or DAYS), "-copy_extensions", "copy"]
        openssl("x509", "-req", "-in", request, *how, "-out", out)
        with open(self.path(name + "-store.pem"), "w", encoding="utf-8") as store:
            for part in (key, out):
                with open(part, encoding="utf-8") as text:
                    store.write(text.read())


def tls_context(certificates, name):
    """Of a server in Python that shows that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.path(name + ".pem"), certificates.path(name + ".key"))
    return context


class SecuredBroker(Broker):
    """Nobody but the super user ANONYMOUS (on `address`) may do anything unasked. The addresses of
    LISTENERS are in `addresses`."""

    def __init__(self, checkout, folder, certificates):
        self.certificates = certificates
        ports = free_ports(len(LISTENERS))
        self.addresses = {name: f"127.0.0.1:{port}" for name, port in zip(LISTENERS, ports)}
        super().__init__(checkout, folder)

    def settings_of_listeners(self, host, controller):
        own = {"PLAINTEXT": self.address, **self.addresses}
        protocols = {name: protocol for name, (protocol, _, _) in LISTENERS.items()}
        protocols.update({"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT"})
        advertised = ",".join(f"{name}://{address}" for name, address in own.items())
        settings = {
            "listeners": f"{advertised},CONTROLLER://{host}:{controller}",
            "advertised.listeners": advertised,
            "listener.security.protocol.map": ",".join(f"{n}:{p}" for n, p in protocols.items()),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS;User:admin",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.certificates.path("ca.pem"),
            "ssl.keystore.type": "PEM",
        }
        for name, (_, shows, asks) in LISTENERS.items():
            prefix = f"listener.name.{name.lower()}."
            store = self.certificates.path(shows + "-store.pem")
            settings[prefix + "ssl.keystore.location"] = store
            settings[prefix + "ssl.client.auth"] = asks
            settings[prefix + "sasl.enabled.mechanisms"] = "SCRAM-SHA-512"
            settings[prefix + "scram-sha-512.sasl.jaas.config"] = (
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"
            )
        return settings

    def scram_users(self):
        return [
            word
            for name, password in PASSWORDS.items()
            for word in ("--add-scram", f"SCRAM-SHA-512=[name={name},password={password}]")
        ]


class Rights:
    """ACLs, by the super user on the listener without TLS."""

    def __init__(self, broker):
        self.kafka = reader()[0]
        import confluent_kafka.admin

        self.names = confluent_kafka.admin
        self.address = broker.address
        self.admin = self.names.AdminClient({"bootstrap.servers": broker.address})

    def grant(self, user, kind, name, operation, pattern="LITERAL"):
        names = self.names
        of_resource = [
            getattr(names.ResourceType, "BROKER" if kind == "CLUSTER" else kind),
            name,
            getattr(names.ResourcePatternType, pattern),
        ]
        who = [f"User:{user}", "*", getattr(names.AclOperation, operation)]
        binding = names.AclBinding(*of_resource, *who, names.AclPermissionType.ALLOW)
        for made in self.admin.create_acls([binding]).values():
            made.result(30)
        sought = names.AclBindingFilter(*of_resource, *who, names.AclPermissionType.ALLOW)
        known = lambda: self.admin.describe_acls(sought).result(30)  # noqa: E731
        wait_until("the broker knows the right", known)

    def count(self, topic):
        """How many offsets the topic has."""
        group = {"bootstrap.servers": self.address, "group.id": "count"}
        client = self.kafka.Consumer(group)
        partitions = client.list_topics(topic, 10).topics[topic].partitions
        marks = [
            client.get_watermark_offsets(self.kafka.TopicPartition(topic, p), 10)
            for p in partitions
        ]
        client.close()
        return sum(high - low for low, high in marks)
