import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.jcajce.PKIXExtendedParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.util.encoders.Hex;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * BouncyCastle as a judge of what City CA signs.
 *
 * <p>Each line of standard input is a question: words separated by tabs, the first the name of a command, the others
 * files in PEM or DER. The answer is a line "accepted" or "refused REASON", then what was found, one "name value" a line,
 * then an empty line.
 *
 * <pre>
 * certificate ISSUER CERTIFICATE
 * path TRUST CHAIN CERTIFICATE TIME CRL...   where CHAIN holds the certificates between, nearest to CERTIFICATE first
 * crl ISSUER CRL
 * request REQUEST
 * ocsp ISSUER RESPONSE
 * </pre>
 */
public final class Judge {
    private static final String BC = BouncyCastleProvider.PROVIDER_NAME;
    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    private final StringBuilder found = new StringBuilder();

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        BufferedReader questions =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String question = questions.readLine(); question != null; question = questions.readLine()) {
            System.out.print(new Judge().answer(question.split("\t")));
            System.out.flush();
        }
    }

    private String answer(String[] words) {
        try {
            judge(words);
            return "accepted\n" + found + "\n";
        } catch (Exception | LinkageError fault) {
            StringBuilder reason = new StringBuilder(fault.getClass().getSimpleName());
            for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
                reason.append(": ").append(cause.getMessage());
            }
            return "refused " + reason.toString().replace('\n', ' ') + "\n\n";
        }
    }

    private void judge(String[] words) throws Exception {
        switch (words[0]) {
            case "certificate" -> certificate(one(words[1]), one(words[2]));
            case "path" -> path(
                    one(words[1]), all(words[2]), one(words[3]), Instant.parse(words[4]),
                    Arrays.asList(words).subList(5, words.length));
            case "crl" -> crl(one(words[1]), crl(words[2]));
            case "request" -> request(request(words[1]));
            case "ocsp" -> ocsp(one(words[1]), Files.readAllBytes(Path.of(words[2])));
            default -> throw new IllegalArgumentException("no such command: " + words[0]);
        }
    }

    /** A certificate is signed by its issuer. */
    private void certificate(X509Certificate issuer, X509Certificate certificate) throws Exception {
        certificate.verify(issuer.getPublicKey(), BC);
        X509CertificateHolder holder = new X509CertificateHolder(certificate.getEncoded());
        algorithm(holder.getSignatureAlgorithm());
        report("serial", certificate.getSerialNumber().toString(16));
        report("subject", holder.getSubject());
    }

    /** A path holds under an anchor at a time; with CRLs each of its certificates is looked up in them. */
    private void path(
            X509Certificate anchor, List<X509Certificate> chain, X509Certificate certificate, Instant at, List<String> lists)
            throws Exception {
        List<X509Certificate> path = new ArrayList<>(List.of(certificate));
        path.addAll(chain);
        // The anchor stands beside the path, not in it.
        path.removeIf(anchor::equals);
        List<X509CRL> crls = new ArrayList<>();
        for (String list : lists) {
            crls.add(crl(list));
        }
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setDate(Date.from(at));
        parameters.setRevocationEnabled(!crls.isEmpty());
        parameters.addCertStore(
                CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls), BC));
        PKIXExtendedParameters extended =
                new PKIXExtendedParameters.Builder(parameters).setUseDeltasEnabled(true).build();
        CertPathValidator.getInstance("PKIX", BC).validate(factory().generateCertPath(path), extended);
        report("length", path.size());
    }

    /** A CRL is signed by its issuer and names the issuer's key. */
    private void crl(X509Certificate issuer, X509CRL crl) throws Exception {
        crl.verify(issuer.getPublicKey(), BC);
        X509CRLHolder holder = new X509CRLHolder(crl.getEncoded());
        algorithm(holder.toASN1Structure().getSignatureAlgorithm());
        Extension authority = holder.getExtension(Extension.authorityKeyIdentifier);
        SubjectKeyIdentifier key =
                SubjectKeyIdentifier.fromExtensions(new X509CertificateHolder(issuer.getEncoded()).getExtensions());
        require(authority != null, "the CRL has no authority key identifier");
        require(
                Arrays.equals(
                        AuthorityKeyIdentifier.getInstance(authority.getParsedValue()).getKeyIdentifier(),
                        key.getKeyIdentifier()),
                "the CRL names another key than the issuer's");
        Extension number = holder.getExtension(Extension.cRLNumber);
        require(number != null, "the CRL has no number");
        report("number", ASN1Integer.getInstance(number.getParsedValue()).getValue());
        // An empty list is forbidden (RFC 5280 section 5.1.2.6); BouncyCastle reads it as no entries.
        report("list", hasList(holder) ? "present" : "absent");
        Set<? extends X509CRLEntry> entries = crl.getRevokedCertificates();
        for (X509CRLEntry entry : entries == null ? Set.<X509CRLEntry>of() : entries) {
            report("entry", entry.getSerialNumber().toString(16) + " " + reason(entry) + " " + invalidity(entry));
        }
    }

    /** A certification request is signed by the key that it asks a certificate for. */
    private void request(PKCS10CertificationRequest request) throws Exception {
        ContentVerifierProvider verifier =
                new JcaContentVerifierProviderBuilder().setProvider(BC).build(request.getSubjectPublicKeyInfo());
        require(request.isSignatureValid(verifier), "the signature of the request does not hold");
        algorithm(request.getSignatureAlgorithm());
        report("subject", request.getSubject());
    }

    /** An OCSP response is signed by the authority or a responder that it delegated, about its certificates. */
    private void ocsp(X509Certificate issuer, byte[] der) throws Exception {
        OCSPResp response = new OCSPResp(der);
        require(response.getStatus() == OCSPResp.SUCCESSFUL, "the response says " + response.getStatus());
        BasicOCSPResp basic = (BasicOCSPResp) response.getResponseObject();
        X509CertificateHolder[] certificates = basic.getCerts();
        X509Certificate responder = issuer;
        if (certificates.length > 0) {
            responder = new JcaX509CertificateConverter().setProvider(BC).getCertificate(certificates[0]);
        }
        if (!responder.equals(issuer)) {
            responder.verify(issuer.getPublicKey(), BC);
            List<String> usages = responder.getExtendedKeyUsage();
            require(usages != null && usages.contains(OCSP_SIGNING), "the responder was not delegated");
            report("nocheck", responder.getExtensionValue(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck.getId()) != null);
        }
        ContentVerifierProvider verifier =
                new JcaContentVerifierProviderBuilder().setProvider(BC).build(responder);
        require(basic.isSignatureValid(verifier), "the signature of the response does not hold");
        algorithm(basic.getSignatureAlgorithmID());
        byte[] keyHash = basic.getResponderId().toASN1Primitive().getKeyHash();
        report("responder", keyHash == null ? "by-name" : Hex.toHexString(keyHash));
        report("certificates", certificates.length);
        report("produced", basic.getProducedAt().toInstant());
        Extension nonce = basic.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        if (nonce != null) {
            report("nonce", Hex.toHexString(ASN1OctetString.getInstance(nonce.getParsedValue()).getOctets()));
        }
        X509CertificateHolder authority = new X509CertificateHolder(issuer.getEncoded());
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider(BC).build();
        for (SingleResp single : basic.getResponses()) {
            require(
                    single.getCertID().matchesIssuer(authority, digests),
                    "an answer is about another authority");
            report(
                    "answer",
                    single.getCertID().getSerialNumber().toString(16)
                            + " " + single.getCertID().getHashAlgOID().getId()
                            + " " + status(single.getCertStatus())
                            + " " + single.getThisUpdate().toInstant()
                            + " " + (single.getNextUpdate() == null ? "-" : single.getNextUpdate().toInstant()));
        }
    }

    /** Whether a SEQUENCE stands before the extensions and after version, algorithm, issuer and two times. */
    private static boolean hasList(X509CRLHolder holder) {
        ASN1Sequence tbs =
                ASN1Sequence.getInstance(holder.toASN1Structure().getTBSCertList().toASN1Primitive());
        return tbs.size() > 5 && tbs.getObjectAt(5).toASN1Primitive() instanceof ASN1Sequence;
    }

    private static String status(CertificateStatus status) {
        if (status == CertificateStatus.GOOD) {
            return "good -";
        }
        if (status instanceof RevokedStatus revoked) {
            return "revoked " + (revoked.hasRevocationReason() ? revoked.getRevocationReason() : "-");
        }
        return "unknown -";
    }

    private static String reason(X509CRLEntry entry) throws Exception {
        byte[] value = entry.getExtensionValue(Extension.reasonCode.getId());
        return value == null
                ? "-"
                : ASN1Enumerated.getInstance(ASN1OctetString.getInstance(value).getOctets()).getValue().toString();
    }

    private static String invalidity(X509CRLEntry entry) throws Exception {
        byte[] value = entry.getExtensionValue(Extension.invalidityDate.getId());
        return value == null
                ? "-"
                : ASN1GeneralizedTime.getInstance(ASN1OctetString.getInstance(value).getOctets())
                        .getDate().toInstant().toString();
    }

    private void algorithm(AlgorithmIdentifier algorithm) {
        report("algorithm", algorithm.getAlgorithm().getId());
        report(
                "parameters",
                algorithm.getParameters() == null
                        ? "absent"
                        : DERNull.INSTANCE.equals(algorithm.getParameters()) ? "null" : "other");
    }

    private void report(String name, Object value) {
        found.append(name).append(' ').append(value).append('\n');
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static CertificateFactory factory() throws Exception {
        return CertificateFactory.getInstance("X.509", BC);
    }

    private static List<X509Certificate> all(String file) throws Exception {
        List<X509Certificate> certificates = new ArrayList<>();
        try (InputStream bytes = Files.newInputStream(Path.of(file))) {
            for (Certificate certificate : factory().generateCertificates(bytes)) {
                certificates.add((X509Certificate) certificate);
            }
        }
        return certificates;
    }

    private static X509Certificate one(String file) throws Exception {
        List<X509Certificate> certificates = all(file);
        require(certificates.size() == 1, file + " holds " + certificates.size() + " certificates, not one");
        return certificates.get(0);
    }

    private static X509CRL crl(String file) throws Exception {
        try (InputStream bytes = Files.newInputStream(Path.of(file))) {
            return (X509CRL) factory().generateCRL(bytes);
        }
    }

    private static PKCS10CertificationRequest request(String file) throws Exception {
        byte[] bytes = Files.readAllBytes(Path.of(file));
        if (bytes.length > 0 && bytes[0] == 0x30) {
            return new PKCS10CertificationRequest(bytes);
        }
        try (PemReader pem = new PemReader(Files.newBufferedReader(Path.of(file)))) {
            return new PKCS10CertificationRequest(pem.readPemObject().getContent());
        }
    }
}
